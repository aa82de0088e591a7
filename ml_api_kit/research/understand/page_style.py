"""How the page looks: in light and in dark, on a screen and on paper, with nothing loaded."""

from __future__ import annotations

#: For each category its colour in light and in dark; both carry text, see `tests`.
COLOURS = {
    "preparation": ("#1d5fa8", "#8bbcf2"),
    "preprocessing": ("#1c7048", "#7ad3a0"),
    "ml": ("#a12a4b", "#f5a0b8"),
    "exploration": ("#5a6675", "#aab5c3"),
    "export": ("#8a5209", "#efb65f"),
    "support": ("#5b3fa0", "#c0abf5"),
}
#: Paper, panel, ink, quiet ink, lines, links.
LIGHT = ("#ffffff", "#f6f8fa", "#1b2330", "#515d6c", "#d5dbe3", "#1a5fb4")
DARK = ("#12161d", "#1a2029", "#e4e9f0", "#a7b2c0", "#343d4a", "#8bbcf2")
_NAMES = ("paper", "panel", "ink", "quiet", "rule", "link")


def to_style() -> str:
    """The style sheet."""
    classes = "".join(f".c-{name} {{ --c: var(--{name}); }}\n" for name in COLOURS)
    hidden = "".join(
        f"body:has(#hide-{name}:checked) .statement.c-{name} {{ display: none; }}\n"
        for name in ("exploration", "support")
    )
    return (
        f":root {{ color-scheme: light dark; {_variables(LIGHT, 0)} --on: #ffffff; }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {_variables(DARK, 1)}"
        f" --on: #12161d; }} }}\n"
        f"@media print {{ :root {{ {_variables(LIGHT, 0)} --on: #ffffff; }} }}\n"
        f"{classes}{hidden}{_RULES}"
    )


def _variables(shades: tuple[str, ...], variant: int) -> str:
    values = dict(zip(_NAMES, shades, strict=True))
    values |= {name: pair[variant] for name, pair in COLOURS.items()}
    return " ".join(f"--{name}: {value};" for name, value in values.items())


_RULES = """
* { box-sizing: border-box; }
body { font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; margin: 0 auto;
  max-width: 70rem; padding: 1.5rem 1.25rem 4rem; color: var(--ink); background: var(--paper); }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 2.6rem 0 .6rem; font-size: 1.3rem; }
a { color: var(--link); } .muted { color: var(--quiet); } p { max-width: 48rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; padding: 0; list-style: none; }
code, pre, .code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono",
  monospace; font-size: .86em; }
pre { margin: .25rem 0; overflow-x: auto; line-height: 1.45; }
pre.panel { background: var(--panel); border: 1px solid var(--rule); border-radius: 6px;
  padding: .6rem .8rem; }
.tag { display: inline-block; color: var(--on); background: var(--c); border-radius: 4px;
  padding: 0 .45rem; font-size: .8rem; font-weight: 600; white-space: nowrap; }
.shares { display: flex; height: .8rem; margin: 1rem 0 .6rem; border-radius: 4px;
  overflow: hidden; gap: 2px; } .shares span { background: var(--c); }
.legend { display: flex; flex-wrap: wrap; gap: .3rem .8rem; padding: 0; margin: 0;
  list-style: none; }
table { border-collapse: collapse; width: 100%; } .wide { overflow-x: auto; }
th { text-align: left; font-size: .85rem; color: var(--quiet); font-weight: 600; }
td, th { padding: .35rem 1rem .35rem 0; vertical-align: top;
  border-bottom: 1px solid var(--rule); }
.beside { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 0 2rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.2rem; margin: 0; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
.smell { border-left: 4px solid var(--export); background: var(--panel); border-radius: 0 6px 6px 0;
  padding: .55rem .9rem; margin: .6rem 0; } .smell p { margin: .15rem 0; }
.smell .id { font-weight: 650; } .here { font-size: .88rem; color: var(--quiet); margin: .1rem 0; }
.here b { color: var(--export); }
.idiom { border: 1px solid var(--rule); border-radius: 8px; margin: .8rem 0; overflow: hidden; }
.idiom > p { margin: 0; padding: .4rem .8rem; background: var(--panel); max-width: none;
  border-bottom: 1px solid var(--rule); font-size: .88rem; }
.idiom .pair { display: grid; grid-template-columns: 1fr 1fr; }
.idiom .pair > div { padding: .5rem .8rem; min-width: 0; }
.idiom .pair > div + div { border-left: 1px solid var(--rule); }
.idiom .whole { margin: 0; padding: .5rem .8rem; border-bottom: 1px solid var(--rule); }
.idiom .pair + .pair { border-top: 1px solid var(--rule); }
.idiom h3 { margin: 0; font-size: .78rem; color: var(--quiet); font-weight: 600; }
.idiom .muted { margin: .25rem 0; font-size: .9rem; }
.idiom pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.cell { margin-top: 1.6rem; font-weight: 600; color: var(--quiet); font-size: .9rem; }
.note { margin: .8rem 0; border-left: 5px solid transparent; padding-left: .8rem;
  white-space: pre-wrap;
  color: var(--quiet); overflow-wrap: anywhere; max-width: 48rem; }
.note b { color: var(--ink); }
.statement { border-left: 5px solid var(--c); margin: .5rem 0; padding: .1rem 0 .1rem .8rem; }
.statement:target { background: var(--panel); outline: 2px solid var(--c); }
.why { font-size: .88rem; color: var(--quiet); } .kw { color: var(--ml); }
.str { color: var(--preprocessing); } .num { color: var(--preparation); }
.com { color: var(--quiet); font-style: italic; }
.flow { max-width: 100%; height: auto; display: block; margin: 1rem auto; }
.flow .paper { fill: var(--panel); stroke: var(--rule); } .flow .bar { fill: var(--c); }
.flow .head { fill: var(--ink); font: 600 13px system-ui, sans-serif; }
.flow .of { fill: var(--c); font-weight: 400; } .flow .code { fill: var(--ink); font-size: 12px; }
.flow .line { fill: none; stroke: var(--quiet); stroke-width: 1.3; opacity: .75; }
.flow .tip { fill: var(--quiet); } .flow .line:hover { stroke-width: 3; opacity: 1; }
.flow a:hover .paper, .flow a:focus .paper { stroke: var(--c); stroke-width: 2; }
details summary { cursor: pointer; color: var(--link); margin: .6rem 0; }
label { margin-right: 1.2rem; }
@media (max-width: 48rem) { .beside { grid-template-columns: 1fr; }
  .idiom .pair { grid-template-columns: 1fr; }
  .idiom .pair > div + div { border-left: 0; border-top: 1px solid var(--rule); } }
@media print { .flow { min-width: 0 !important; } body { max-width: none; padding: 0;
  font-size: 11pt; }
  nav, form { display: none; }
  .tag, .shares span, .flow * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .statement, .smell, .idiom, tr { break-inside: avoid; } h2 { break-after: avoid; }
  a { color: inherit; text-decoration: none; } pre { white-space: pre-wrap; } }
"""
