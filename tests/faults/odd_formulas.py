"""Odd formulas by kinds: what a stranger, a slip or a machine may write; made here, and none repeated."""

TOWERS = range(2, 9)
DEPTHS = (2, 3, 4, 6, 8, 10, 14, 20, 30, 50)
FUNCTIONS = ("exp", "tanh", "log", "sqrt", "sinh", "cosh", "sin", "cos", "expm1", "abs")


def nested(head: str, inner: str, depth: int, tail: str = ")") -> str:
    return head * depth + inner + tail * depth


def powers_that_become_numbers() -> list[str]:
    zeros = (
        "v - v",
        "0*v",
        "v*0",
        "(v - v)**2",
        "exp(v) - exp(v)",
        "v/v - 1",
        "log(1 + 0*v)",
        "abs(v) - abs(v)",
        "g_leak - g_leak",
    )
    sizes = ("99999999", "1e7", "1e15", "1e299", "65", "-1e8", "1e-300")
    found = [f"3**({zero} + {size})" for zero in zeros for size in sizes]
    found += [f"0.1**({zero} + 1e7)" for zero in zeros]
    found += [f"({base} + 0*v)**(1e6 + 0*v)" for base in ("2", "0.5", "1.0000001", "-2", "1e-3", "0")]
    return found


def towers_of_powers() -> list[str]:
    found = []
    for depth in TOWERS:
        found += [
            nested("(", "3*v", depth, ")**64"),
            nested("(", "v + 1", depth, ")**64"),
            nested("(", "2", depth, "+0*v)**64"),
        ]
        found += [
            "**".join(["v"] * depth),
            "**".join(["2"] * depth),
            "**".join(["(v + 1)"] * depth),
            "**".join(["64"] * depth),
        ]
        found += [
            nested("(", "v", depth, ")**0.5"),
            nested("(", "v + 2", depth, "+ 1)**3"),
            nested("(1 + ", "v", depth, ")**(1/3)"),
        ]
        found += [nested("(1 + exp(", "v/50", depth, "))**8"), nested("1/(1 + ", "v**2", depth, ")**7")]
    return found


def nested_functions() -> list[str]:
    found = [nested(f"{name}(", "v", depth) for name in FUNCTIONS for depth in DEPTHS]
    found += [
        nested(f"{a}({b}(", "v/100", depth, "))")
        for a, b in (
            ("tanh", "sinh"),
            ("exp", "log"),
            ("log", "abs"),
            ("tanh", "abs"),
            ("sqrt", "exp"),
            ("cos", "tanh"),
            ("expm1", "tanh"),
        )
        for depth in (2, 5, 9)
    ]
    found += [nested("1/(1 + exp(-", "v", depth, "))") for depth in DEPTHS]
    found += [nested("tanh(v + ", "v", depth) for depth in DEPTHS]
    found += [nested("(v if v < 1 else ", "2", depth) for depth in DEPTHS]
    found += [nested("abs(v - ", "1", depth) for depth in DEPTHS]
    return found


def of_negative_numbers() -> list[str]:
    minus = (
        "-1 + 0*v",
        "0*v - 3",
        "-exp(v)",
        "-1 - v**2",
        "-abs(v) - 1",
        "-cosh(v)",
        "v - v - 2",
        "-g_leak**2 - 1",
        "sqrt(2) - 2 + 0*v",
    )
    found = [f"{name}({x})" for x in minus for name in ("log", "sqrt")]
    found += [f"({x})**{p}" for x in minus for p in ("0.5", "(1/3)", "1.5", "-0.5", "v", "(0*v + 0.5)")]
    return found


def of_no_value() -> list[str]:
    return [
        "v**v",
        "0**v",
        "(-2)**v",
        "v**(1/v)",
        "(v + 60)**(v + 60)",
        "0*v/(v - v)",
        "1/(v - v)",
        "(v - v)/(v - v)",
        "0**(v - v)",
        "(0*v)**(0*v)",
        "log(0*v)",
        "log(v - v)",
        "1/log(1 + 0*v)",
        "1/sin(0*v)",
        "exp(1/(v - v))",
        "tanh(1/(v - v))",
        "1/(exp(v) - exp(v))",
        "(v - v)**(-64)",
        "1e300*v*1e300",
        "1e300**2*v",
        "v*1e200*1e200",
        "exp(700)*exp(700)*v",
        "exp(exp(6))*v",
        "1e-300*v*1e-300",
        "v/1e-300/1e-300",
        "10**(300 + 0*v)*1e300",
        "sinh(1e5 + 0*v)",
        "cosh(1e9 + 0*v)",
        "exp(1e9 + 0*v)",
        "exp(-1e12 + 0*v)",
        "exp(exp(exp(5 + 0*v)))",
        "exp(1e300*v)",
        "exp(v**64)",
        "exp(exp(exp(v)))",
        "sinh(v**9)",
        "sin(1e300 + 0*v)",
        "cos(1e22*v)",
        "tanh(1e300*v)",
        "log(1e-300*abs(v) + 1e-300)",
        "expm1(1e6 + 0*v)",
        "expm1(-1e6 + 0*v)",
        "((2*v)**64)**64",
        "(1e200*v)**64",
        "((v/1e200)**64)**64",
        "1/(1/(1/(1/(v - v))))",
        "abs(1/(v - v))",
        "1 if 1/(v - v) < 2 else 3",
        "v if sqrt(-1 + 0*v) < 1 else 2",
        "1 if log(-2 + 0*v) > 0 else v",
        "1 if v < v else 2",
        "v if v**v > 0 else 1",
        "sqrt(v)**2",
        "log(v)**2",
        "sqrt(sqrt(v - 1))",
        "log(log(v))",
        "(v**2)**0.5",
        "(v**3)**(1/3)",
        "v**0.3333",
        "abs(v)**0.5",
        "abs(v)**(-0.5)",
        "abs(v)**v",
        "exp(v)**v",
        "(v**2 + 1)**v",
        "2**(2**(2**v))",
        "10**(10**v)",
        "(1 + 1/v)**v",
        "v**-v",
        "-v**-v",
        "- - - -v",
        "+-+-v",
        "2**-1**v",
    ]


def huge_numbers() -> list[str]:
    digits = (
        "9" * 60,
        "9" * 300,
        "9" * 309,
        "1" + "0" * 308,
        "9" * 1500,
        "0." + "0" * 300 + "1",
        "0." + "3" * 1000,
        "1e-400",
        "1e400",
        "1_000_000",
        "0x" + "f" * 200,
        "0b" + "1" * 900,
        "1e1e1",
    )
    found = [f"{n}*v" for n in digits]
    found += (
        [f"v/{n}" for n in digits]
        + [f"v**{n}" for n in digits]
        + [f"exp(v/{n})" for n in digits]
        + [f"(v + {n})/(exp(v + {n}) - 1)" for n in digits]
    )
    found += ["*".join([f"(v + {k}.123456789)" for k in range(n)]) for n in (5, 20, 60)]
    found += [
        "*".join(["1234567.0000001"] * 40) + "*v",
        "/".join(["v"] + ["1.7"] * 200),
        "*".join(["1.000000001"] * 150) + "*v",
    ]
    return found


def long_formulas() -> list[str]:
    found = ["+".join(["v"] * n) for n in (50, 100, 300, 900)]
    found += (
        ["-".join(["v"] * n) for n in (100, 900)]
        + ["*".join(["v"] * n) for n in (50, 100, 400)]
        + ["/".join(["v"] * n) for n in (50, 400)]
    )
    found += [" + ".join(f"exp(-v/{k + 3})" for k in range(n)) for n in (10, 30, 100)]
    found += [" + ".join(f"{k}*v**{k}" for k in range(1, n)) for n in (10, 30, 60)]
    found += [" + ".join(f"sin({k}*v)" for k in range(1, n)) for n in (10, 60, 140)]
    found += [" + ".join(f"tanh(v/{k})" for k in range(1, n)) for n in (10, 60)] + [
        "*".join(f"tanh(v/{k})" for k in range(1, n)) for n in (10, 40)
    ]
    found += [" + ".join(f"1/(1 + exp(-(v + {k})/{k + 1}))" for k in range(n)) for n in (10, 50)]
    found += ["*".join(f"(1/(1 + exp(-(v + {k})/{k + 1})))" for k in range(n)) for n in (5, 12, 40)]
    found += ["1/(" + " + ".join(f"(v + {k})**2" for k in range(n)) + ")" for n in (5, 40, 120)]
    found += [" + ".join(f"v/(exp(v/{k}) - 1)" for k in range(2, n)) for n in (8, 30, 80)] + [
        "*".join(f"(v/(exp(v/{k}) - 1))" for k in range(2, n)) for n in (6, 20)
    ]
    found += [" + ".join(f"abs(v - {k})" for k in range(n)) for n in (10, 60)] + [
        "*".join(f"abs(v - {k})" for k in range(n)) for n in (10, 60)
    ]
    found += [" + ".join(f"(v if v < {k} else {k})" for k in range(n)) for n in (8, 30, 70)] + [
        "*".join(f"(v if v < {k} else {k})" for k in range(n)) for n in (8, 30)
    ]
    found += [
        "(" + " + ".join(f"g_leak*v**{k}" for k in range(1, 20)) + ")**8",
        "(" + "*".join(f"(v + {k})" for k in range(20)) + ")**64",
    ]
    found += [
        "1/(" + "*".join(f"(exp(v/{k}) + {k})" for k in range(2, 30)) + ")",
        "(exp(v) - 1)**20/(exp(v/7) - 1)**20",
        "(v**6 - 1)**6/(v - 1)**6",
    ]
    found += [
        "sqrt(" + " + ".join(f"sqrt(v + {k} + 300)" for k in range(40)) + ")",
        "log(" + "*".join(f"(v + 300 + {k})" for k in range(60)) + ")",
    ]
    return found


def unicode_spellings() -> list[str]:
    return [
        "ｖ",
        "𝐯",
        "𝑣*2",
        "ｅxp(v)",
        "ℯxp(v)",
        "v＋1",
        "（v）",
        "v−1",
        "v×2",
        "½*v",
        "v²",
        "v₂",
        "٣*v",
        "１*v",
        "ѵ",
        "μ",
        "µ",
        "ﬁ",
        "ﬀ",
        "e\u0301",
        "v\u200d",
        "\ufeffv",
        "v\u2060",
        "\u202ev",
        "v\x00",
        "v\x1b[0m",
        "\ud800",
        "v\udfff",
        "v\r+1",
        "v\t+ 1",
        "v\x0c+1",
        "v \\\n+ 1",
        "ᵛ",
        "ⅴ*1",
        "g＿leak",
        "v if v＜1 else 2",
        "ａbs(v)",
        "𝒈_leak",
        "ſqrt(v)",
        "ſin(v)",
        "coſ(v)",
    ]


def no_formulas() -> list[str]:
    return [
        "__import__('os')",
        "v.real",
        "v[0]",
        "lambda: v",
        "[v for v in v]",
        "(v := 2)",
        "v and 1",
        "not v",
        "v == 1",
        "v if v else 1",
        "v < 1 < 2",
        "exp(v, v)",
        "exp()",
        "exp(*v)",
        "exp(x=v)",
        "exp",
        "exp + 1",
        "f'{v}'",
        "'v'",
        "b'v'",
        "...",
        "None",
        "True*v",
        "1j",
        "v @ v",
        "v // 2",
        "v % 2",
        "~v",
        "v << 2",
        "yield v",
        "await v",
        "v, v",
        "{v}",
        "{}",
        "print(v)",
        "exp(exp)",
        "v(1)",
        "(v)(2)",
        "2(v)",
        "2v",
        "v 2",
        "max(v, 1)",
        ";",
        "#",
        "\\",
        "if v",
        "v if v < 1",
        "v else 1",
        "1..real",
        "1if v<1else 2",
        "0if v<1else 0",
        "1_0*v",
        "0o17*v",
        "00*v",
        "01*v",
        "1e",
        "e5",
        ".5*v",
        "5.*v",
        ".",
        "v.",
        "__class__",
        "_v",
        "v__",
        "I",
        "E",
        "pi",
        "oo",
        "zoo",
        "nan",
        "inf",
        "S",
        "N",
    ]


def denominators_of_many_factors() -> list[str]:
    factors = ("(v**2-{0}*v+{0})", "(v**3-{0}*v**2+v-{0})", "(exp(v/{0})-{0}*v+3)")
    return ["1/(" + "*".join(factor.format(i) for i in range(1, 22)) + "-1)" for factor in factors]


KINDS = {
    "denominators of many factors": denominators_of_many_factors,
    "powers that become numbers": powers_that_become_numbers,
    "towers of powers": towers_of_powers,
    "nested functions": nested_functions,
    "of negative numbers": of_negative_numbers,
    "of no value": of_no_value,
    "huge numbers": huge_numbers,
    "long formulas": long_formulas,
    "unicode": unicode_spellings,
    "no formulas": no_formulas,
}
FORMULAS = list(dict.fromkeys(text for kind in KINDS.values() for text in kind()))
