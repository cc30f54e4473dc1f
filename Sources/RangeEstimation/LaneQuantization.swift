public import QuantizationCore
internal import QuantizationKernels

extension LanePartition {
  /// The codes of a tensor in C order, each lane with its own quantizer.
  ///
  /// Values that are not finite get the zero point.
  ///
  /// - Parameters:
  ///   - values: The tensor in C order, one value for each element of the shape.
  ///   - parameters: One quantizer for each lane, all on the same grid, whose codes fit into `Code`.
  ///   - workers: The threads that do the work. Their number does not affect codes.
  /// - Complexity: O(values).
  public func quantize<Code: FixedWidthInteger & Sendable>(
    _ values: [Float], with parameters: [QuantizationParameters], workers: Workers = .one
  ) -> [Code] {
    [Code](unsafeUninitializedCapacity: values.count) { codes, written in
      codes.initialize(repeating: 0)
      values.withUnsafeBufferPointer {
        quantize($0, with: parameters, into: codes, workers: workers)
      }
      written = values.count
    }
  }

  /// Writes the codes of a tensor; see ``quantize(_:with:workers:)``.
  ///
  /// - Parameter codes: Receives one code for each value.
  package func quantize<Code: FixedWidthInteger & Sendable>(
    _ values: UnsafeBufferPointer<Float>, with parameters: [QuantizationParameters],
    into codes: UnsafeMutableBufferPointer<Code>, workers: Workers = .one
  ) {
    withFinite(values) { finite in
      mapLanes(finite, with: parameters, into: codes, workers: workers) {
        var codes = $2.mutableSpan
        Kernels.quantize($0, with: $1, into: &codes)
      }
    }
  }

  /// Writes the values of codes, each lane with its own quantizer.
  ///
  /// - Parameters:
  ///   - codes: Codes in C order, one for each element of the shape, each one that the grid has.
  ///   - parameters: One quantizer for each lane, all on the same grid, whose codes fit into `Code`.
  ///   - values: Receives one value for each code.
  ///   - workers: The threads that do the work. Their number does not affect values.
  /// - Complexity: O(codes).
  package func dequantize<Code: FixedWidthInteger & Sendable>(
    _ codes: UnsafeBufferPointer<Code>, with parameters: [QuantizationParameters],
    into values: UnsafeMutableBufferPointer<Float>, workers: Workers = .one
  ) {
    mapLanes(codes, with: parameters, into: values, workers: workers) {
      var values = $2.mutableSpan
      Kernels.dequantize($0, with: $1, into: &values)
    }
  }

  /// Writes what is left of a tensor after quantization to codes of one type and back.
  ///
  /// - Parameters:
  ///   - values: The tensor in C order; values that are not finite become 0.
  ///   - code: The type of the codes of the grid.
  ///   - target: Receives one value for each element; it may be the tensor itself.
  package func fakeQuantize<Code: FixedWidthInteger & Sendable>(
    _ values: UnsafeBufferPointer<Float>, through code: Code.Type,
    with parameters: [QuantizationParameters], into target: UnsafeMutableBufferPointer<Float>,
    workers: Workers = .one
  ) {
    withFinite(values) { finite in
      mapLanes(finite, with: parameters, into: target, workers: workers) {
        values, quantizer, target in
        // Codes of a chunk stay in the cache.
        var codes = [Code](repeating: 0, count: min(values.count, Kernels.chunk))
        for start in stride(from: 0, to: values.count, by: Kernels.chunk) {
          let place = start..<min(start + Kernels.chunk, values.count)
          if codes.count != place.count { codes = [Code](repeating: 0, count: place.count) }
          var written = codes.mutableSpan
          Kernels.quantize(values.extracting(place), with: quantizer, into: &written)
          var part = target.extracting(place).mutableSpan
          Kernels.dequantize(codes.span, with: quantizer, into: &part)
        }
      }
    }
  }

  /// Calls `body` with the tensor, or with a copy in which values that are not finite are 0.
  private func withFinite(
    _ values: UnsafeBufferPointer<Float>, _ body: (UnsafeBufferPointer<Float>) -> Void
  ) {
    guard Kernels.nonFiniteCount(in: values.span) > 0 else { return body(values) }
    values.map { $0.isFinite ? $0 : 0 }.withUnsafeBufferPointer(body)
  }

  /// Maps the elements of every lane with its quantizer; several workers do so at once.
  private func mapLanes<Element: Sendable, Result: Sendable & ExpressibleByIntegerLiteral>(
    _ elements: UnsafeBufferPointer<Element>, with parameters: [QuantizationParameters],
    into results: UnsafeMutableBufferPointer<Result>, workers: Workers,
    _ map:
      @escaping @Sendable (
        Span<Element>, QuantizationParameters, UnsafeMutableBufferPointer<Result>
      ) -> Void
  ) {
    precondition(parameters.count == count, "one quantizer for each lane")
    precondition(elements.count == results.count, "as many results as elements")
    // Every element belongs to one lane, and every lane to one block.
    let places = Places(elements: elements, results: results)
    LaneBlocks(laneCount: count, workers: workers).forEach { block in
      var (gathered, mapped): ([Element], [Result]) = ([], [])
      for index in block {
        let lane = self[index]
        if lane.isOneRun {
          let place = lane.start..<lane.start + lane.count
          map(
            places.elements.extracting(place).span, parameters[index],
            places.results.extracting(place))
          continue
        }
        // Runs may be as short as one value. They are gathered, so that the kernel is called once.
        gathered.removeAll(keepingCapacity: true)
        lane.gather(places.elements, into: &gathered)
        if mapped.count != lane.count { mapped = [Result](repeating: 0, count: lane.count) }
        mapped.withUnsafeMutableBufferPointer { map(gathered.span, parameters[index], $0) }
        lane.scatter(mapped, into: places.results)
      }
    }
  }

  private struct Places<Element, Result>: @unchecked Sendable {
    let elements: UnsafeBufferPointer<Element>
    let results: UnsafeMutableBufferPointer<Result>
  }
}
