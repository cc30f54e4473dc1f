internal import QuantizationCore
internal import TensorIO

/// Reads the axes that are short lists of words and numbers: bits, schemes, formats, granularities.
struct AxisEntries {
  let reader: NodeReader

  func bits(_ node: ManifestNode) -> [Located<BitWidth>] {
    let widths = (reader.oneOrMore(node, "bits") ?? []).compactMap { node in
      reader.integer(node, "bits", in: BitWidth.allowed).flatMap(BitWidth.init).map {
        Located(value: $0, location: node.location)
      }
    }
    return reader.unique(widths, "bit width") { "\($0)" }
  }

  func formats(_ node: ManifestNode) -> [Located<CodeGrid>] {
    (reader.oneOrMore(node, "formats") ?? []).compactMap { node in
      guard let text = reader.text(node, "format") else { return nil }
      guard let format = CodeGrid(text) else {
        reader.log.report(
          node.location, "unknown number format \(quoted(text))", expected: CodeGrid.expectation)
        return nil
      }
      return Located(value: format, location: node.location)
    }
  }

  func grids(_ node: ManifestNode) -> [Located<GridFamily>] {
    let grids = (reader.oneOrMore(node, "schemes") ?? []).flatMap(grid)
    return reader.unique(grids, "grid") { "\($0.scheme):\($0.gridName)" }
  }

  func granularities(_ node: ManifestNode) -> [Located<Granularity>] {
    let entries = (reader.oneOrMore(node, "granularities") ?? []).flatMap(granularity)
    return reader.unique(entries, "granularity") { "\($0)" }
  }

  /// `symmetric`, `symmetric:full`, or `{symmetric: full}` with one grid or several.
  private func grid(_ node: ManifestNode) -> [Located<GridFamily>] {
    let expected = "a scheme, or one scheme with its grid: {symmetric: full}"
    guard case .mapping = node.content else {
      guard let text = reader.text(node, "scheme", expected: expected) else { return [] }
      let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard let scheme = scheme(String(parts[0]), node.location) else { return [] }
      let grid = parts.count > 1 ? String(parts[1]) : GridFamily.families(of: scheme)[0].gridName
      return family(scheme, grid, node.location)
    }
    guard let entry = reader.onlyEntry(node, "scheme", expected: expected),
      let scheme = scheme(entry.key, entry.keyLocation),
      let nodes = reader.oneOrMore(entry.value, "grid")
    else { return [] }
    return nodes.flatMap { node in
      reader.text(node, "grid").map { family(scheme, $0, node.location) } ?? []
    }
  }

  private func scheme(_ text: String, _ location: ManifestLocation) -> QuantizationScheme? {
    let known = QuantizationScheme.allCases.map(\.rawValue)
    guard let scheme = QuantizationScheme(rawValue: text) else {
      reader.log.report(
        location, "unknown scheme \(quoted(text))", expected: NodeReader.oneOf(known), word: text,
        known: known)
      return nil
    }
    return scheme
  }

  private func family(
    _ scheme: QuantizationScheme, _ grid: String, _ location: ManifestLocation
  ) -> [Located<GridFamily>] {
    guard let family = GridFamily(scheme: scheme, gridName: grid) else {
      let known = GridFamily.families(of: scheme).map(\.gridName)
      reader.log.report(
        location, "scheme '\(scheme)' has no grid \(quoted(grid))",
        expected: NodeReader.oneOf(known), word: grid, known: known)
      return []
    }
    return [Located(value: family, location: location)]
  }

  /// `tensor`, `group:128@0`, `{group: 128, axis: 0}`, or a kind with one size or several.
  private func granularity(_ node: ManifestNode) -> [Located<Granularity>] {
    let expected = "tensor, {channel: AXIS}, {group: SIZE, axis: AXIS} or {block: ROWSxCOLUMNS}"
    let kinds = Granularity.kinds
    guard case .mapping(let entries) = node.content, let entry = entries.first else {
      guard let text = reader.text(node, "granularity", expected: expected) else { return [] }
      let kind = String(text.prefix { $0 != ":" })
      guard let granularity = Granularity(text) else {
        reader.log.report(
          node.location, "unknown granularity \(quoted(text))", expected: expected,
          word: kinds.contains(kind) ? nil : kind, known: kinds)
        return []
      }
      return [Located(value: granularity, location: node.location)]
    }
    switch entry.key {
    case "channel":
      guard reader.onlyEntry(node, "granularity", expected: expected) != nil else { return [] }
      return numbers(entry, in: Self.axes) { .channel(axis: $0) }
    case "group", "axis":
      guard let fields = reader.fields(node, "a group", known: ["group", "axis"]) else { return [] }
      guard let size = fields["group"] else { break }
      let axis = fields["axis"].map { reader.integer($0.value, "axis", in: Self.axes) } ?? -1
      guard let axis else { return [] }
      return numbers(size, in: 1...(1 << 31)) { .group(size: $0, axis: axis) }
    case "block":
      guard reader.onlyEntry(node, "granularity", expected: expected) != nil else { return [] }
      return blocks(entry, expected: expected)
    case "tensor":
      reader.log.report(entry.keyLocation, "granularity tensor takes no value", expected: "tensor")
      return []
    default: break
    }
    reader.log.report(
      entry.keyLocation, "unknown granularity \(quoted(entry.key))", expected: expected,
      word: entry.key, known: Array(kinds.dropFirst()))
    return []
  }

  /// `128x128`, or several such.
  private func blocks(_ entry: ManifestNode.Entry, expected: String) -> [Located<Granularity>] {
    (reader.oneOrMore(entry.value, entry.key) ?? []).compactMap { node in
      guard let text = reader.text(node, entry.key, expected: expected) else { return nil }
      guard let granularity = Granularity("block:\(text)") else {
        reader.log.report(
          node.location, "unknown block \(quoted(text))", expected: "lengths such as 128x128")
        return nil
      }
      return Located(value: granularity, location: node.location)
    }
  }

  /// Axes count from 0, or from the end as -1.
  private static let axes = -64...63

  private func numbers(
    _ entry: ManifestNode.Entry, in allowed: ClosedRange<Int>, _ make: (Int) -> Granularity
  ) -> [Located<Granularity>] {
    (reader.oneOrMore(entry.value, entry.key) ?? []).compactMap { node in
      reader.integer(node, entry.key, in: allowed).map {
        Located(value: make($0), location: node.location)
      }
    }
  }
}

extension NodeReader {
  /// Reports and drops repeated values.
  func unique<Value>(
    _ values: [Located<Value>], _ name: String, _ text: (Value) -> String
  ) -> [Located<Value>] {
    var seen: Set<String> = []
    return values.filter { value in
      let text = text(value.value)
      let isNew = seen.insert(text).inserted
      if !isNew {
        log.report(
          value.location, "\(name) \(quoted(text)) is listed twice", expected: "every one once")
      }
      return isNew
    }
  }
}
