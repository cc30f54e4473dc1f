/// Finds values in the output of a cell.
struct OutputValues {
  private let lines: [String]

  init(_ output: String) { lines = output.split(separator: "\n").map(String.init) }

  /// The only value at a path.
  ///
  /// - Throws: The reason why there is no value, or more than one.
  func value(at path: [String]) throws(ValueFault) -> String {
    let found = path.count == 1 ? remainders(of: path[0]) : try entries(path)
    let place = path.joined(separator: " | ")
    guard let value = found.first else { throw ValueFault("prints no value '\(place)'") }
    guard found.count == 1 else {
      throw ValueFault(
        "prints '\(place)' \(found.count) times; expected words that tell them apart")
    }
    return value
  }

  /// The rests of the lines that begin with a word.
  private func remainders(of word: String) -> [String] {
    lines.compactMap { line in
      guard line.hasPrefix(word) else { return nil }
      let rest = line.dropFirst(word.count)
      guard let mark = rest.first, [" ", ":", "="].contains(mark) else { return nil }
      return rest.drop { $0 == " " || $0 == ":" || $0 == "=" }.trimmed
    }
  }

  /// The entries of tables in the given column and in rows with all given words.
  private func entries(_ path: [String]) throws(ValueFault) -> [String] {
    let (words, column) = (path.dropLast(), path[path.count - 1])
    var found: [String] = []
    var header: [String]?
    var hasColumn = false
    for line in lines {
      guard let row = Self.row(line) else {
        header = nil
        continue
      }
      guard let names = header else {
        header = row
        hasColumn = hasColumn || row.contains(column)
        continue
      }
      guard words.allSatisfy(row.contains), let index = names.firstIndex(of: column),
        index < row.count
      else { continue }
      found.append(row[index])
    }
    guard hasColumn else { throw ValueFault("prints no table with a column '\(column)'") }
    return found
  }

  /// The entries of a table row, without code marks and bold; nil for any other line.
  private static func row(_ line: String) -> [String]? {
    let line = line.trimmed
    guard line.count > 1, line.hasPrefix("|"), line.hasSuffix("|") else { return nil }
    return line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).map {
      var entry = $0.trimmed[...]
      for mark in ["**", "`"]
      where entry.count > 2 * mark.count && entry.hasPrefix(mark) && entry.hasSuffix(mark) {
        entry = entry.dropFirst(mark.count).dropLast(mark.count)
      }
      return String(entry)
    }
  }
}

/// The reason why a value cannot be found.
struct ValueFault: Error {
  let message: String

  init(_ message: String) { self.message = message }
}
