"""Every membrane that is shipped, by name: the registry as it stands, and variants that differ in more than numbers."""

import loligo as lo
from loligo.models.pospischil import KINDS

EVERY_MODEL = {name: lo.models.named(name) for name in lo.models.MODELS}
EVERY_MODEL |= {f"pospischil {kind}": lo.models.pospischil(kind) for kind in KINDS}
EVERY_MODEL |= {
    "squid at -65": lo.models.squid(rest=-65),
    "squid at 20 °C": lo.models.squid().replace(celsius=20),
    "morris_lecar snic": lo.models.morris_lecar("snic"),
    "stomatogastric LP 2": lo.models.stomatogastric("LP 2"),
}
