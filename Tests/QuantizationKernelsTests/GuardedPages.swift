import Foundation

/// Memory between two pages that must not be touched: reading or writing one byte too many ends the
/// process.
final class GuardedPages {
  enum Place: CaseIterable {
    /// Right after the page before.
    case begin
    /// Up to the page behind.
    case end
  }

  private let map: UnsafeMutableRawPointer
  private let pageSize = Int(getpagesize())
  private let room: Int

  /// Room for at least so many bytes.
  init(bytes: Int) {
    room = max(1, (bytes + pageSize - 1) / pageSize) * pageSize
    let length = room + 2 * pageSize
    let mapped = mmap(nil, length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let mapped, mapped != MAP_FAILED,
      mprotect(mapped + pageSize, room, PROT_READ | PROT_WRITE) == 0
    else { preconditionFailure("no pages") }
    map = mapped
  }

  deinit { munmap(map, room + 2 * pageSize) }

  /// Room for values at one end.
  func room<Value>(for count: Int, of _: Value.Type, at place: Place) -> UnsafeMutableBufferPointer<
    Value
  > {
    let bytes = count * MemoryLayout<Value>.stride
    precondition(bytes <= room)
    let first = map + pageSize + (place == .begin ? 0 : room - bytes)
    return UnsafeMutableBufferPointer(
      start: first.bindMemory(to: Value.self, capacity: count), count: count)
  }

  /// A copy of values at one end.
  func copy<Value>(_ values: [Value], at place: Place) -> UnsafeBufferPointer<Value> {
    let target = room(for: values.count, of: Value.self, at: place)
    _ = target.initialize(from: values)
    return UnsafeBufferPointer(target)
  }
}
