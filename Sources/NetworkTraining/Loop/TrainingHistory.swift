/// What each epoch of a training run came to.
package struct TrainingHistory: Hashable, Sendable, Codable {
  /// One epoch.
  package struct Epoch: Hashable, Sendable, Codable {
    /// The mean loss of the batches, weighted by their samples.
    package var loss: Double
    /// The share of right answers while the parameters moved; nothing where there are no labels.
    package var accuracy: Double?
    /// The right answers on the test samples behind the epoch, and how many there are; nothing without any.
    package var testRight: Int?
    package var testCount: Int?
    /// The rate of the last step.
    package var rate: Float

    /// What an epoch came to.
    package init(
      loss: Double, accuracy: Double?, testRight: Int?, testCount: Int?, rate: Float
    ) {
      (self.loss, self.accuracy, self.rate) = (loss, accuracy, rate)
      (self.testRight, self.testCount) = (testRight, testCount)
    }

    /// The share of right answers on the test samples.
    package var testAccuracy: Double? {
      guard let testRight, let testCount, testCount > 0 else { return nil }
      return Double(testRight) / Double(testCount)
    }
  }

  /// The epochs in order.
  package var epochs: [Epoch] = []

  /// A history without any epoch.
  package init() {}

  /// The history as CSV: `epoch,loss,accuracy,test_right,test_count,test_accuracy,rate`.
  ///
  /// There are no times in it: a run that was interrupted writes the same bytes as one that was not.
  package var csv: String {
    var text = "epoch,loss,accuracy,test_right,test_count,test_accuracy,rate\n"
    for (index, epoch) in epochs.enumerated() {
      let fields: [String] = [
        "\(index + 1)", "\(epoch.loss)", epoch.accuracy.map { "\($0)" } ?? "",
        epoch.testRight.map { "\($0)" } ?? "", epoch.testCount.map { "\($0)" } ?? "",
        epoch.testAccuracy.map { "\($0)" } ?? "", "\(epoch.rate)",
      ]
      text += fields.joined(separator: ",") + "\n"
    }
    return text
  }
}
