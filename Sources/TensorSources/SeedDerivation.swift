/// Seeds for named streams: one base seed, and a well mixed seed of its own for every label.
///
/// The seed of a label does not depend on which other labels exist, so adding a tensor to an
/// experiment changes none of the others. It is
///
///     seed(base, label) = mix(mix(base) XOR fnv1a(label))
///
/// where `fnv1a` is 64-bit FNV-1a over the UTF-8 bytes (Fowler, Noll, Vo) and `mix` is one step of
/// SplitMix64 (Steele, Lea, Flood 2014). Both `mix` and XOR with a constant are bijections: for one
/// label two different bases never give the same seed. Mixing the base first keeps small bases,
/// which differ in few bits, from merely permuting the seeds of similar labels.
public enum SeedDerivation {
  /// The seed of a labeled stream.
  public static func seed(base: UInt64, label: String) -> UInt64 {
    mix(mix(base) ^ fnv1a(label))
  }

  /// 64-bit FNV-1a of the UTF-8 bytes of a string.
  package static func fnv1a(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }
    return hash
  }

  /// The first output of SplitMix64 started at `state`.
  package static func mix(_ state: UInt64) -> UInt64 {
    var mixed = state &+ 0x9e37_79b9_7f4a_7c15
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
