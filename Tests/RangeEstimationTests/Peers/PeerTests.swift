import Testing

/// Rules that follow a library, against the library's own answers: one line each, with the share.
@Suite(.serialized) struct PeerTests {
  @Test("19 of 20 rows of a peer are reproduced", arguments: PeerClaim.all)
  func agreement(claim: PeerClaim) throws {
    let agreement = try PeerAgreement(claim)
    print(agreement)
    #expect(
      agreement.share >= 0.95,
      "\(agreement)\n\(agreement.misses.joined(separator: "\n"))")
  }

  @Test("every method with golden rows is claimed by a rule or known to have none")
  func coverage() throws {
    let claimed = PeerClaim.all.map(\.description)
    #expect(Set(claimed).isDisjoint(with: PeerClaim.withoutRule))
    #expect(try Set(claimed).union(PeerClaim.withoutRule) == Set(GoldenRow.methods()))
  }

  @Test("a rule that is a thousandth off, or another rule, is noticed")
  func disagreement() throws {
    let other = try PeerAgreement(PeerClaim(peer: "nvq", method: "mse", rule: "nvidia-entropy"))
    #expect(other.rows > 300 && other.share < 0.5)
    let near = try PeerAgreement(
      PeerClaim(peer: "aimet_torch", method: "tf_enhanced", rule: "aimet-sqnr", fixed: ["bins=512"])
    )
    #expect(near.share < 1 && near.misses.count == near.rows - near.agreeing)
  }
}
