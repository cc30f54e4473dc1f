extension PageStyle {
  /// Tables: figures aligned, headings that stay in sight, shades for regrets.
  ///
  /// Shades tint the background and stay light enough for the text. The least value has a star and
  /// is bold, and the next is underlined, so that no meaning depends on color alone.
  static let tables = #"""
    .scroll { overflow: auto; max-width: 100%; border-block: 1px solid var(--line); margin: 1rem 0; position: relative; }
    table { border-collapse: separate; border-spacing: 0; font-size: 0.875rem; line-height: 1.35; font-variant-numeric: tabular-nums lining-nums; }
    caption { text-align: left; font-weight: 600; padding: 0.75rem 0.25rem 0.6rem; }
    caption .wrap { display: block; position: sticky; left: 0.25rem; width: fit-content; max-width: min(72ch, calc(100vw - 4.5rem)); }
    caption .legend { display: block; font-weight: 400; color: var(--soft); font-size: 0.85rem; margin-top: 0.2rem; }
    th, td { padding: 0.32rem 0.7rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); vertical-align: baseline; }
    tbody tr:last-child > * { border-bottom: 0; }
    thead th {
      font-weight: 600; font-size: 0.8rem; color: var(--soft); background: var(--paper);
      position: sticky; top: 0; z-index: 2; border-bottom: 1px solid var(--soft); vertical-align: bottom;
    }
    th:first-child, .cells th:nth-child(2), td.set, td.prose, .leaders td, .leaders th, .reasons td:nth-child(-n+4), .reasons th:nth-child(-n+4) { text-align: left; }
    .leaders td.n { text-align: left; }
    .leaders :is(th, td) { padding-inline: 0.55rem; }
    .leaders td:is(:last-child, :nth-last-child(3)) { white-space: normal; min-width: 8.5rem; }
    td.prose { white-space: normal; min-width: 14rem; }
    tbody th { font-weight: 400; text-align: left; position: sticky; left: 0; z-index: 1; background: var(--paper); }
    thead th:first-child { left: 0; z-index: 3; }
    .leaders tbody th { font-weight: 600; }
    tbody tr:hover > * { background-image: linear-gradient(color-mix(in srgb, var(--ink) 5%, transparent), color-mix(in srgb, var(--ink) 5%, transparent)); }
    .headline, .leaders, .rows { width: 100%; }
    .rows :is(th, td) { padding-inline: 0.5rem; }
    @media (min-width: 60rem) { .rows tbody th code { white-space: nowrap; } }
    .s1 { background: color-mix(in srgb, var(--tint) 5%, var(--paper)); }
    .s2 { background: color-mix(in srgb, var(--tint) 11%, var(--paper)); }
    .s3 { background: color-mix(in srgb, var(--tint) 19%, var(--paper)); }
    .s4 { background: color-mix(in srgb, var(--tint) 28%, var(--paper)); }
    .s5 { background: color-mix(in srgb, var(--tint) 38%, var(--paper)); }
    .best { font-weight: 700; }
    .best::before { content: "★\2009"; font-size: 0.75em; color: var(--accent); }
    .legend .best { white-space: nowrap; }
    .cells .best::before { content: none; }
    .cells .best i::before { content: "★\2009"; font-size: 0.75em; color: var(--accent); }
    .second { text-decoration: underline; text-decoration-color: var(--soft); text-underline-offset: 0.2em; }
    .dagger { color: var(--warn); font-weight: 600; margin-left: 0.1em; }
    .skipped, .none { color: var(--soft); font-size: 0.8rem; }
    .failed, .failure td:nth-child(2) { color: var(--warn); font-weight: 700; }
    .set { color: var(--soft); font-size: 0.8rem; }
    th[data-sort] button { font-weight: inherit; text-align: inherit; width: 100%; }
    th[data-sort] button::after { content: "\2009↕"; opacity: 0.55; font-size: 0.85em; }
    th[data-sort] button:hover { color: var(--ink); }
    th[aria-sort] button { color: var(--ink); }
    th[aria-sort=ascending] button::after { content: "\2009▲"; opacity: 1; }
    th[aria-sort=descending] button::after { content: "\2009▼"; opacity: 1; }
    .cells i { font-style: normal; display: none; }
    .cells i:nth-child(1) { display: inline; }
    .tensors:has(.m1:checked) .cells i:nth-child(1), .tensors:has(.m2:checked) .cells i:nth-child(1), .tensors:has(.m3:checked) .cells i:nth-child(1) { display: none; }
    .tensors:has(.m1:checked) .cells i:nth-child(2), .tensors:has(.m2:checked) .cells i:nth-child(3), .tensors:has(.m3:checked) .cells i:nth-child(4) { display: inline; }

    """#
}
