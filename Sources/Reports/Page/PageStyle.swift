/// The style sheet of a page: colors and fonts are here, the other parts in their own files.
enum PageStyle {
  /// The whole sheet.
  static let text = base + tables + sections + small + print

  private static let light = """
    --paper: #fbfaf7; --raised: #ffffff; --ink: #1f1e1b; --soft: #5b5851; --line: #dedad1;
    --accent: #1d5c63; --on-accent: #ffffff; --wash: #eef3f2; --warn: #9a3412; --tint: #c2671b; --sheet: #ffffff;
    color-scheme: light;
    """

  private static let dark = """
    --paper: #14161a; --raised: #1b1e23; --ink: #e9e6df; --soft: #a8a499; --line: #34373d;
    --accent: #86c5c9; --on-accent: #10201f; --wash: #1c2629; --warn: #fdba74; --tint: #d98a45; --sheet: #14171c;
    color-scheme: dark;
    """

  private static let base = """

    :root { \(light) }
    @media not print {
      @media (prefers-color-scheme: dark) { :root:not([data-theme=light]) { \(dark) } }
      :root[data-theme=dark] { \(dark) }
    }

    """ + #"""
      :root {
        --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", P052, Georgia, serif;
        --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
        --mono: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace;
      }
      * { box-sizing: border-box; }
      html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
      body {
        margin: 0 auto; max-width: 76rem; padding: 0 clamp(1rem, 4vw, 3rem) 4rem;
        background: var(--paper); color: var(--ink); font: 1rem/1.6 var(--sans);
      }
      h1, h2, h3, h4 { font-family: var(--serif); font-weight: 600; line-height: 1.2; text-wrap: balance; }
      h1 { font-size: clamp(2rem, 6vw, 3.25rem); letter-spacing: -0.015em; margin: 1.5rem 0 0.5rem; overflow-wrap: anywhere; }
      h2 { font-size: 1.6rem; margin: 3.5rem 0 0.75rem; letter-spacing: -0.01em; }
      h3 { font-size: 1.2rem; margin: 2.25rem 0 0.5rem; }
      p, ul, dl { max-width: 68ch; }
      p { margin: 0.6rem 0; }
      a { color: var(--accent); text-underline-offset: 0.2em; text-decoration-thickness: 1px; }
      code { font-family: var(--mono); font-size: 0.875em; overflow-wrap: anywhere; unicode-bidi: isolate; }
      [hidden] { display: none !important; }
      :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
      main:focus { outline: none; }
      summary { cursor: pointer; }
      button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; }
      .skip { position: absolute; left: -100vw; }
      .skip:focus { left: 1rem; top: 0.5rem; background: var(--raised); padding: 0.4rem 0.8rem; z-index: 9; }
      .top { padding-top: 1.25rem; }
      .bar { display: flex; justify-content: space-between; align-items: baseline; min-height: 2rem; }
      .brand { font-variant-caps: all-small-caps; letter-spacing: 0.12em; color: var(--accent); font-weight: 600; }
      #theme, .reset {
        font-size: 0.85rem; color: var(--soft); border: 1px solid var(--line); border-radius: 999px;
        padding: 0.25rem 0.8rem; background: var(--raised);
      }
      #theme:hover, .reset:not(:disabled):hover { color: var(--ink); border-color: var(--soft); }
      .reset:disabled { visibility: hidden; }
      .question { font: italic 1.3rem/1.45 var(--serif); color: var(--soft); margin: 0.25rem 0 0.75rem; }
      .size { color: var(--soft); font-size: 0.9rem; max-width: none; font-variant-numeric: tabular-nums; }
      .contents { margin: 1.25rem 0 0; border-block: 1px solid var(--line); }
      .contents ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0 1.5rem; margin: 0; padding: 0.5rem 0; max-width: none; }
      .contents a { text-decoration: none; font-size: 0.9rem; display: inline-block; padding: 0.25rem 0; }
      .contents a:hover { text-decoration: underline; }
      footer { margin-top: 4rem; border-top: 1px solid var(--line); color: var(--soft); font-size: 0.85rem; }

      """#
}
