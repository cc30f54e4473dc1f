/// The path that means standard input.
package let standardInputPath = "-"

/// The last component of a path; standard input has a name of its own.
func fileName(of path: String) -> String {
  path == standardInputPath ? "stdin" : String(path.split(separator: "/").last ?? Substring(path))
}

/// The last component of a path without its extension, and without the number of a shard.
///
/// So all shards of a checkpoint, and their index, have the same stem.
package func fileStem(of path: String) -> String {
  let name = fileName(of: path)
  if let index = ShardIndexName(name) { return index.stem }
  let stem = name.lastIndex(of: ".").map { $0 > name.startIndex ? String(name[..<$0]) : name }
  guard let stem, name.removing(suffix: ".safetensors") != nil else { return stem ?? name }
  return withoutShardNumber(stem)
}

/// The name of an index of shards: `model.safetensors.index.json`, or, with a variant,
/// `model.safetensors.index.fp16.json`.
///
/// The shards of the latter are `model.fp16-00001-of-00002`.
struct ShardIndexName {
  let stem: String

  init?(_ name: String) {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.last == "json", let mark = parts.lastIndex(of: "index"), mark >= 2,
      parts.count - mark <= 3, parts[mark - 1] == "safetensors"
    else { return nil }
    let variant = parts[(mark + 1)...].dropLast()
    stem = (parts[..<(mark - 1)] + variant).joined(separator: ".")
  }
}

/// `model` for `model-00001-of-00003`.
private func withoutShardNumber(_ stem: String) -> String {
  var rest = Substring(stem)
  func takeNumber() -> Int? {
    let digits = rest.reversed().prefix { $0.isASCII && $0.isNumber }
    rest = rest.dropLast(digits.count)
    return Int(String(digits.reversed()))
  }
  guard let total = takeNumber(), rest.hasSuffix("-of-") else { return stem }
  rest = rest.dropLast(4)
  guard let number = takeNumber(), number <= total, rest.count > 1, rest.last == "-" else {
    return stem
  }
  return String(rest.dropLast())
}
