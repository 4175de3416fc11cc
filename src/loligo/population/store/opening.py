"""Opening a store for a run: its manifest is created, extended, or rewritten if it was lost."""

from __future__ import annotations

import re
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from loligo._errors import StoreError, StoreWarning
from loligo.population.store.local_files import ASIDE, PART
from loligo.population.store.manifest import (
    MANIFEST,
    SHARD,
    DamagedManifestError,
    Manifest,
    differences,
    digest_of,
    generation_of,
    read_manifest,
    settings_of,
    versions,
)
from loligo.population.store.reuse import missing
from loligo.population.store.shards import MOST_MEGABYTES_OF_SHARD, Shards, mark_of, shard_files

if TYPE_CHECKING:
    from loligo.population.members import Members
    from loligo.population.plan import Plan
    from loligo.population.store.folder import Folder

_MEMBERS: Final = re.compile(r"members-[0-9a-f]{16}")


def visible(folder: Folder) -> list[str]:
    """Return the names in a store, without leftovers of interrupted writes and files that were set aside."""
    return [name for name in folder.names() if not name.startswith((".", ASIDE))]


def opened(folder: Folder, members: Members, plan: Plan, shard_size: int | None) -> Manifest:
    """Return the manifest of a store for a run; it is written if it is new, lost or extended.

    Raises
    ------
    StoreError
        The store belongs to another run.
    """
    there = visible(folder)
    if MANIFEST in there:
        if folder.holds_folder(MANIFEST):
            return _written_anew(folder, members, plan, shard_size, "is a folder, which is set aside")
        try:
            manifest = Manifest.decoded(read_manifest(folder), folder.url)
        except DamagedManifestError:
            return _written_anew(folder, members, plan, shard_size, "is damaged")
        return _extended(folder, manifest, members, plan, shard_size)
    if others := [name for name in there if not _MEMBERS.fullmatch(name)]:
        what = "is a file" if folder.is_file() else f"contains other files ({others[0]})"
        raise StoreError(f"{folder.url} {what}: give an empty folder, or a store.")
    if any(shard_files(folder, each) for each in _folders(there)):
        return _written_anew(folder, members, plan, shard_size, "is missing")
    manifest = Manifest(settings_of(plan), versions(), (generation_of(members, shard_size or SHARD),))
    if folder.create(MANIFEST, manifest.encoded()):
        return manifest
    # another run has started here at the same moment
    return _extended(folder, Manifest.decoded(read_manifest(folder), folder.url), members, plan, shard_size)


def tidied(folder: Folder, manifest: Manifest, members: Members) -> Manifest:
    """Drop earlier generations if the last one, which is complete, has all their members.

    Raises
    ------
    StoreError
        Another run has taken the store meanwhile, on a file system that could not prevent it.
    """
    now = Manifest.decoded(read_manifest(folder), folder.url)
    if now.settings != manifest.settings or manifest.generations[-1] not in now.generations:
        raise StoreError(
            f"Another run with other settings or members has since started in the store {folder.url}: "
            "use another store for this run."
        )
    *earlier, wanted = now.generations
    if wanted == manifest.generations[-1]:
        run = digest_of(now.settings)
        gone = [each for each in earlier if not missing(Shards(folder, each, run), wanted, members)]
        for each in gone:  # generations leave the manifest later: if a run is killed here, the next one cleans up
            for _, name in shard_files(folder, each.folder):
                folder.remove(f"{each.folder}/{name}")
            folder.remove_empty(each.folder)
        if gone:
            now = replace(now, generations=tuple(each for each in now.generations if each not in gone))
            folder.write(MANIFEST, now.encoded())
    for name in folder.names():
        if PART.fullmatch(name):
            folder.remove(name)
    return replace(manifest, generations=(*now.generations[:-1], manifest.generations[-1]))


def _extended(folder: Folder, manifest: Manifest, members: Members, plan: Plan, shard_size: int | None) -> Manifest:
    """Return a manifest for a run in an existing store.

    Raises
    ------
    StoreError
        The settings of the store differ from those of this run, or its members are not among those of this run.
    """
    if differs := differences(manifest.settings, settings_of(plan)):
        raise StoreError(
            f"The store {folder.url} belongs to other settings: {differs}. Use another store for this run."
        )
    _check_versions(folder, manifest)
    wanted = generation_of(members, shard_size or manifest.generations[-1].shard_size)
    others = tuple(each for each in manifest.generations if each.folder != wanted.folder)
    if len(others) == len(manifest.generations):
        run = digest_of(manifest.settings)
        lacks = [missing(Shards(folder, each, run), wanted, members) for each in manifest.generations]
        if all(lacks):
            raise StoreError(
                f"The store {folder.url} belongs to other members: {lacks[-1]}. Use another store for this run."
            )
    extended = replace(manifest, generations=(*others, wanted))
    if extended.encoded() != manifest.encoded():
        folder.write(MANIFEST, extended.encoded())
    return extended


def _check_versions(folder: Folder, manifest: Manifest) -> None:
    here = versions()
    if here["loligo"] != manifest.versions.get("loligo"):
        raise StoreError(
            f"The store {folder.url} was begun by loligo {manifest.versions.get('loligo')} and this is "
            f"{here['loligo']}: finish it with that version, or use another store."
        )
    if differs := differences(manifest.versions, here):
        warnings.warn(
            f"The store {folder.url} was begun with other versions ({differs}): last digits may differ.",
            StoreWarning,
            stacklevel=6,
        )


def _written_anew(folder: Folder, members: Members, plan: Plan, shard_size: int | None, what: str) -> Manifest:
    """Return a manifest to replace a lost one, if all shards belong to this run.

    Raises
    ------
    StoreError
        The shards belong to another run, or there is no shard to identify the run.
    """
    manifest = Manifest(settings_of(plan), versions(), ())
    run = digest_of(manifest.settings)
    marks = [
        mark_of(folder.read(f"{each}/{name}", MOST_MEGABYTES_OF_SHARD))
        for each in _folders(visible(folder))
        for _, name in shard_files(folder, each)
        if not folder.holds_folder(f"{each}/{name}")
    ]
    if not marks:
        why = "there are no shards from which it could be rewritten"
    elif any(mark is None or mark.get("settings") != run for mark in marks):
        why = "its shards belong to other settings than this run, or to another version of loligo"
    else:
        sizes = {mark.get("shard_size") for mark in marks if mark} if shard_size is None else {shard_size}
        for size in sizes:
            wanted = generation_of(members, size) if isinstance(size, int) and size > 0 else None
            if wanted and any(mark and mark.get("members") == wanted.digest for mark in marks):
                return _replaced(folder, replace(manifest, generations=(wanted,)), what)
        why = "its shards belong to other members than this run, or have another size"
    raise StoreError(f"The {MANIFEST} of the store {folder.url} {what}, and {why}: restore it, or use another store.")


def _replaced(folder: Folder, manifest: Manifest, what: str) -> Manifest:
    warnings.warn(
        f"The {MANIFEST} of the store {folder.url} {what}; it is rewritten, since its shards belong to this run.",
        StoreWarning,
        stacklevel=7,
    )
    if what.startswith("is a folder"):
        folder.set_aside(MANIFEST)
    if what == "is damaged":
        folder.write(MANIFEST, manifest.encoded())
    else:
        folder.create(MANIFEST, manifest.encoded())
    return manifest


def _folders(names: list[str]) -> list[str]:
    return [name for name in names if _MEMBERS.fullmatch(name)]
