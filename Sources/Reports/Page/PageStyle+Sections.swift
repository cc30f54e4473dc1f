extension PageStyle {
  /// The verdict, filters, figures and drawers.
  static let sections = #"""
    .verdict { margin-top: 2rem; }
    .verdict > :is(h2, h3, h4) { font: 600 0.85rem/1 var(--sans); color: var(--accent); text-transform: uppercase; letter-spacing: 0.08em; margin: 0 0 0.75rem; }
    .verdict { background: var(--wash); border-left: 4px solid var(--accent); padding: clamp(1rem, 3vw, 2rem); }
    .advice { font: 500 clamp(1.25rem, 3.2vw, 1.65rem)/1.4 var(--serif); margin: 0; max-width: 62ch; text-wrap: pretty; }
    .advice code { font-size: 0.82em; font-weight: 600; background: color-mix(in srgb, var(--accent) 12%, transparent); padding: 0.05em 0.3em; border-radius: 4px; }
    .verdict > .scroll ~ :is(h3, h4) { margin-top: 2rem; }
    .advice + .advice { margin-top: 0.75rem; }
    .verdict > .scroll ~ .advice { font-size: clamp(1.1rem, 2.6vw, 1.3rem); }
    .certainty { font-size: 1.05rem; margin: 0.75rem 0 0; }
    .verdict .scroll { margin: 1.25rem 0 0; border-color: color-mix(in srgb, var(--accent) 30%, transparent); }
    .verdict thead th, .verdict tbody th { background: var(--wash); }
    .verdict caption { font-size: 0.85rem; }
    .remarks { color: var(--soft); font-size: 0.9rem; margin-top: 0.9rem; }
    .remarks p { margin: 0.3rem 0; }
    .remarks strong { color: var(--ink); }
    .filters { background: var(--raised); border: 1px solid var(--line); border-radius: 10px; padding: 0.9rem 1.1rem; display: flex; flex-wrap: wrap; gap: 0.75rem 1.75rem; align-items: end; }
    .query { display: grid; gap: 0.25rem; font-size: 0.8rem; color: var(--soft); flex: 1 1 14rem; }
    .query input { font: 1rem var(--mono); padding: 0.35rem 0.6rem; border: 1px solid var(--soft); border-radius: 6px; background: var(--paper); color: var(--ink); width: 100%; }
    fieldset { border: 0; margin: 0; padding: 0; min-width: 0; display: flex; flex-wrap: wrap; gap: 0.35rem; }
    legend { font-size: 0.8rem; color: var(--soft); padding: 0; margin-bottom: 0.25rem; float: left; width: 0; min-width: 100%; white-space: nowrap; }
    .pill { position: relative; display: inline-flex; max-width: 100%; }
    .pill input { position: absolute; inset: 0; opacity: 0; width: 100%; height: 100%; margin: 0; cursor: pointer; }
    .pill span { border: 1px solid var(--soft); border-radius: 999px; padding: 0.2rem 0.75rem; font-size: 0.85rem; color: var(--soft); overflow-wrap: anywhere; }
    .pill input:checked + span { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
    .pill input[type=checkbox]:not(:checked) + span { text-decoration: line-through; }
    .pill input:focus-visible + span { outline: 3px solid var(--accent); outline-offset: 2px; }
    .more { flex: 0 1 auto; font-size: 0.85rem; }
    .more[open] { flex-basis: 100%; }
    .more summary { color: var(--soft); padding: 0.2rem 0; }
    .more legend { display: none; }
    .more fieldset { padding-top: 0.4rem; }
    .outcome { flex: 1 1 16rem; display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center; justify-content: space-between; margin: 0; max-width: none; font-size: 0.85rem; color: var(--soft); font-variant-numeric: tabular-nums; min-height: 2rem; }
    .outcome:has(:disabled) { min-height: 0; height: 0; margin-top: -0.75rem; overflow: hidden; }
    .measures { margin: 1rem 0; gap: 0.35rem; }
    .tensor { border-bottom: 1px solid var(--line); }
    .tensors > .tensor:first-of-type { border-top: 1px solid var(--line); }
    .tensor > summary { padding: 0.75rem 0.25rem; }
    .tensor > summary:hover { background: var(--wash); }
    .tensor .title { font-weight: 600; }
    .tensor .about { color: var(--soft); font-size: 0.85rem; margin-left: 0.5rem; font-variant-numeric: tabular-nums; }
    .figures li { margin: 0.5rem 0; max-width: 78ch; }
    .figures ul { max-width: 78ch; }
    .scroll:has(> .rows) { max-height: 75vh; }
    .tensor .scroll { max-height: 75vh; margin: 0 0 1.5rem; }
    figure { margin: 1.75rem 0 2.5rem; }
    .drawing { overflow: auto; width: fit-content; max-width: 100%; border: 1px solid var(--line); border-radius: 10px; background: var(--sheet); padding: 0.75rem; }
    .drawing > svg { display: block; margin: 0 auto; max-width: 100%; height: auto; }
    figcaption { font-size: 0.9rem; margin-top: 0.6rem; max-width: 68ch; }
    figcaption { color: var(--soft); }
    .paired > details > summary, .gaps > details > summary, .figures > details > summary { padding: 0.4rem 0; color: var(--accent); }
    dt { font-weight: 600; margin-top: 0.9rem; }
    dd { margin: 0.15rem 0 0; color: var(--soft); }
    .facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.25rem 1.5rem; max-width: none; font-size: 0.9rem; }
    .facts dt, .facts dd { margin: 0; overflow-wrap: anywhere; }
    .facts dt { font-weight: 400; color: var(--soft); }
    .facts dd { color: var(--ink); }
    pre { background: var(--raised); border: 1px solid var(--line); border-radius: 8px; padding: 0.8rem 1rem; overflow: auto; font-size: 0.95rem; }
    pre code { overflow-wrap: normal; }
    .part { border-top: 3px solid var(--accent); margin-top: 4rem; }
    .part > h2 { font-size: 2rem; margin-top: 1.5rem; overflow-wrap: anywhere; }

    """#

  /// Phones.
  static let small = #"""
    @media (max-width: 40rem) {
      th, td { padding: 0.32rem 0.5rem; }
      tbody th code { white-space: normal; overflow-wrap: break-word; font-size: 0.8em; }
      tbody th { max-width: 9.5rem; white-space: normal; }
      td.set { white-space: normal; min-width: 6rem; }
      .tensor .about { display: block; margin: 0.1rem 0 0; }
      .drawing > svg { max-width: none; width: 42rem; }
      .facts { grid-template-columns: minmax(0, 1fr); gap: 0; }
      .facts dd { margin-bottom: 0.5rem; }
    }
    @media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }

    """#

  /// Paper: no controls, no scrolling, nothing torn apart; folded tensors stay folded.
  static let print = #"""
    @media print {
      @page { margin: 16mm 14mm; }
      body { max-width: none; padding: 0; font-size: 10pt; background: #fff; }
      :root { --paper: #fff; --raised: #fff; }
      .contents, .filters, .measures, #theme, .skip { display: none !important; }
      .scroll, .drawing, .tensor .scroll, .scroll:has(> .rows) { overflow: visible; max-height: none; border-radius: 0; }
      .drawing { border: 0; padding: 0; }
      .drawing > svg { max-width: 100%; }
      table { font-size: 7pt; width: 100%; }
      thead th, caption .legend { font-size: inherit; }
      caption, caption .wrap { padding-inline: 0; max-width: none; font-size: 8pt; }
      th[data-sort] button { display: contents; }
      th[data-sort] button::after { content: none !important; }
      thead th, tbody th { position: static; }
      thead { display: table-header-group; }
      th, td { padding: 1.2pt 3pt; }
      .leaders td, tbody th { white-space: normal; }
      tr, caption, figure, .verdict { break-inside: avoid; }
      h2, h3, caption, summary { break-after: avoid; }
      td, .verdict { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      a { color: inherit; text-decoration: none; }
    }

    """#
}
