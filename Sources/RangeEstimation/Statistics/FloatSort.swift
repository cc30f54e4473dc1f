/// Sorts finite Floats in place, with -0 turned into +0: an American flag radix sort on the bits.
///
/// Time O(n), memory of a few tables; a comparison sort takes five times as long, and a sort with
/// a second array would double what a large tensor needs.
package func sortAscending(_ values: inout [Float]) {
  values.withUnsafeMutableBytes { bytes in
    let keys = bytes.bindMemory(to: UInt32.self)
    // Flip so that unsigned order is numeric order: all bits of negatives, the sign of the others.
    for index in keys.indices {
      let bits = keys[index] == 0x8000_0000 ? 0 : keys[index]
      keys[index] = bits & 0x8000_0000 != 0 ? ~bits : bits | 0x8000_0000
    }
    sortByDigit(keys, shift: 24)
    for index in keys.indices {
      let key = keys[index]
      keys[index] = key & 0x8000_0000 != 0 ? key & 0x7fff_ffff : ~key
    }
    bytes.bindMemory(to: Float.self)
  }
}

/// Sorts by the byte at `shift`, then each run of equal bytes by the bytes below it.
private func sortByDigit(_ keys: UnsafeMutableBufferPointer<UInt32>, shift: UInt32) {
  guard keys.count > 48 else { return insertionSort(keys) }
  withUnsafeTemporaryAllocation(of: Int.self, capacity: 2 * 256) { table in
    // `next[d]` is where the next key of digit d goes, `end[d]` where its run ends.
    let next = UnsafeMutableBufferPointer(rebasing: table[..<256])
    let end = UnsafeMutableBufferPointer(rebasing: table[256...])
    end.initialize(repeating: 0)
    for key in keys { end[Int(key >> shift & 255)] += 1 }
    var total = 0
    for digit in 0..<256 {
      next.initializeElement(at: digit, to: total)
      total += end[digit]
      end[digit] = total
    }
    for digit in 0..<256 {
      while next[digit] < end[digit] {
        var key = keys[next[digit]]
        // Follow the chain of displaced keys until one belongs here.
        while Int(key >> shift & 255) != digit {
          let home = Int(key >> shift & 255)
          swap(&key, &keys[next[home]])
          next[home] += 1
        }
        keys[next[digit]] = key
        next[digit] += 1
      }
    }
    guard shift > 0 else { return }
    var start = 0
    for digit in 0..<256 where end[digit] > start {
      sortByDigit(UnsafeMutableBufferPointer(rebasing: keys[start..<end[digit]]), shift: shift - 8)
      start = end[digit]
    }
  }
}

private func insertionSort(_ keys: UnsafeMutableBufferPointer<UInt32>) {
  for index in keys.indices.dropFirst() {
    let key = keys[index]
    var place = index
    while place > 0, keys[place - 1] > key {
      keys[place] = keys[place - 1]
      place -= 1
    }
    keys[place] = key
  }
}
