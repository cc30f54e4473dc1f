import QuantizationCore
import Testing

@Suite struct GranularityTests {
  @Test(
    "the text of a granularity reads back",
    arguments: [
      Granularity.tensor, .channel(axis: 0), .channel(axis: 3), .group(size: 1), .group(size: 128),
      .channel(axis: -1), .group(size: 32, axis: 0), .group(size: 32, axis: -2),
    ])
  func roundTrip(granularity: Granularity) {
    #expect(Granularity(granularity.description) == granularity)
  }

  @Test("texts are tensor, channel:axis and group:size")
  func texts() {
    #expect(Granularity.tensor.description == "tensor")
    #expect(Granularity.channel(axis: 2).description == "channel:2")
    #expect(Granularity.group(size: 64).description == "group:64")
    #expect(Granularity.group(size: 64, axis: 1).description == "group:64@1")
    #expect(Granularity("group:64@-1")?.description == "group:64")
    #expect(Granularity.group(size: 64).kind == "group")
    #expect(Granularity.tensor.kind == "tensor")
  }

  @Test(
    "anything else is no granularity",
    arguments: [
      "", ":", "tensor:", "tensor:0", "channel", "channel:", "channel:x",
      "channel:0:1", "group", "group:0", "group:-4", "group:1.5", "group: 4",
      "group:4@", "group:4@x", "group:@1", "group:4@1@2", "channel:1@2", "Tensor", " tensor",
      "channels:0", "group:99999999999999999999",
    ])
  func badTexts(text: String) {
    #expect(Granularity(text) == nil)
  }
}
