import TensorSources
import Testing

@Suite("Seed derivation")
struct SeedDerivationTests {
  @Test(
    "FNV-1a has its published values",
    arguments: [
      ("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8),
      // More than one byte a character: the hash is over UTF-8.
      ("größe", 0xb745_0e1e_f581_40da),
    ] as [(String, UInt64)])
  func fnv1a(text: String, hash: UInt64) {
    #expect(SeedDerivation.fnv1a(text) == hash)
  }

  @Test(
    "Mixing is one step of SplitMix64",
    arguments: [
      (0, 0xe220_a839_7b1d_cdaf), (1, 0x910a_2dec_8902_5cc1), (.max, 0xe4d9_7177_1b65_2c20),
      (1_234_567, 0x599e_d017_fb08_fc85),
    ] as [(UInt64, UInt64)])
  func mix(state: UInt64, mixed: UInt64) {
    #expect(SeedDerivation.mix(state) == mixed)
  }

  @Test(
    "Seeds are pinned: results once published stay reproducible",
    arguments: [
      (0, "", 0x5b21_f68f_fa77_f14c), (42, "gaussian-64x576-0", 0xb182_8b9c_5c1b_d918),
      (1 << 63, "größe", 0x0458_ef53_d7ed_baa0),
    ] as [(UInt64, String, UInt64)])
  func seed(base: UInt64, label: String, seed: UInt64) {
    #expect(SeedDerivation.seed(base: base, label: label) == seed)
  }

  @Test("Every bit of the base matters", arguments: 0..<64)
  func everyBaseBit(bit: Int) {
    let seed = SeedDerivation.seed(base: 7, label: "x")
    let flipped = SeedDerivation.seed(base: 7 ^ (1 << UInt64(bit)), label: "x")
    // Half of the bits change on average; 64 fair coins leave 12...52 once in 10^6 times.
    #expect((12...52).contains((seed ^ flipped).nonzeroBitCount))
  }
}
