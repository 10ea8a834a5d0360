package io.prumerge.training;

import io.prumerge.architecture.LlamaLora;
import io.prumerge.architecture.Weight;
import io.prumerge.architecture.WeightBlock;
import io.prumerge.config.LlavaConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where each trained tensor stands in the one vector of all trained values: the adapters layer by
 * layer, then the connector where it is trained.
 */
final class TrainedLayout {

  // An array of Java and a buffer of DJL hold no more fp32 values.
  private static final long MOST_VALUES = Integer.MAX_VALUE / Float.BYTES;

  private final List<WeightBlock> adapterBlocks;
  private final Optional<WeightBlock> connectorBlock;
  private final List<TrainedTensor> adapter;
  private final List<TrainedTensor> connector;

  /**
   * @throws IllegalArgumentException if they are too many, or there are no gradients for such parts
   */
  TrainedLayout(LlavaConfig config, LoraSettings lora) {
    TrainedParts parts = TrainedParts.of(config);
    this.adapterBlocks = new LlamaLora(parts.decoder(), lora.rank()).blocks();
    this.connectorBlock =
        lora.connector() ? Optional.of(parts.connector().layers()) : Optional.empty();
    requireFew();
    this.adapter = places(adapterBlocks, 0);
    this.connector = places(connectorBlock.stream().toList(), adapterEnd());
  }

  private void requireFew() {
    long values =
        adapterBlocks.stream().mapToLong(WeightBlock::elements).sum()
            + connectorBlock.stream().mapToLong(WeightBlock::elements).sum();
    if (values > MOST_VALUES) {
      throw new IllegalArgumentException(
          "Cannot train " + values + " values, at most " + MOST_VALUES + "; use a lower rank");
    }
  }

  private static List<TrainedTensor> places(List<WeightBlock> blocks, int from) {
    List<TrainedTensor> places = new ArrayList<>();
    int start = from;
    for (WeightBlock block : blocks) {
      for (Weight weight : block.weights()) {
        if (weight.read()) {
          TrainedTensor place = new TrainedTensor(block.name(weight), weight.shape(), start);
          places.add(place);
          start = place.end();
        }
      }
    }
    return places;
  }

  /** Returns the struct of each layer's adapter. */
  List<WeightBlock> adapterBlocks() {
    return adapterBlocks;
  }

  /** Returns the struct of the connector, where it is trained. */
  Optional<WeightBlock> connectorBlock() {
    return connectorBlock;
  }

  /** Returns lora_A and lora_B of all matrices, in the order of their structs' fields. */
  List<TrainedTensor> adapter() {
    return adapter;
  }

  /** Returns the connector's tensors, in the order of their struct's fields. */
  List<TrainedTensor> connector() {
    return connector;
  }

  /** Returns the values of the adapters, which stand first. */
  int adapterEnd() {
    return adapter.get(adapter.size() - 1).end();
  }

  /** Returns all values. */
  int count() {
    return connector.isEmpty() ? adapterEnd() : connector.get(connector.size() - 1).end();
  }
}
