/// Whether `first` comes before `second` in an order in which numbers inside names are compared as
/// numbers: `x_2` comes before `x_10`.
///
/// Runs of ASCII digits are compared by value, and everything else by its bytes in UTF-8; the
/// language of the system does not matter. Names that differ only in leading zeros are ordered by
/// their bytes, so this is a strict total order of names as bytes.
///
/// - Complexity: O(length of the names).
package func naturallyPrecedes(_ first: String, _ second: String) -> Bool {
  let fast = first.utf8.withContiguousStorageIfAvailable { first in
    second.utf8.withContiguousStorageIfAvailable { second in precedes(first, second) }
  }
  if let fast = fast ?? nil { return fast }
  return Array(first.utf8).withUnsafeBufferPointer { first in
    Array(second.utf8).withUnsafeBufferPointer { second in precedes(first, second) }
  }
}

private func precedes(
  _ first: UnsafeBufferPointer<UInt8>, _ second: UnsafeBufferPointer<UInt8>
) -> Bool {
  var (left, right) = (0, 0)
  while left < first.count, right < second.count {
    let (leftRun, rightRun) = (number(in: first, from: left), number(in: second, from: right))
    if !leftRun.isEmpty, !rightRun.isEmpty {
      if leftRun.count != rightRun.count { return leftRun.count < rightRun.count }
      for (one, other) in zip(first[leftRun], second[rightRun]) where one != other {
        return one < other
      }
      (left, right) = (leftRun.upperBound, rightRun.upperBound)
    } else {
      if first[left] != second[right] { return first[left] < second[right] }
      left += 1
      right += 1
    }
  }
  if left < first.count || right < second.count { return right < second.count }
  return first.lexicographicallyPrecedes(second)
}

/// The digits from `start` on, without leading zeros; one zero remains if there are only zeros.
private func number(in name: UnsafeBufferPointer<UInt8>, from start: Int) -> Range<Int> {
  var end = start
  while end < name.count, (0x30...0x39).contains(name[end]) { end += 1 }
  var begin = start
  while begin < end - 1, name[begin] == 0x30 { begin += 1 }
  return begin..<end
}
