package io.prumerge.training;

import io.prumerge.architecture.LlamaWeights;
import io.prumerge.architecture.LlamaWeights.LlamaLora;
import io.prumerge.architecture.RowConnector;
import io.prumerge.architecture.SequenceLayout.SingleView;
import io.prumerge.architecture.Weight;
import io.prumerge.architecture.WeightBlock;
import io.prumerge.config.LlavaConfig;
import io.prumerge.training.TrainingSettings.LoraSettings;
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

  /**
   * A trained tensor.
   *
   * @param name canonical
   * @param start of its elements in the vector, row-major
   */
  record Place(String name, List<Long> shape, int start) {

    Place {
      shape = List.copyOf(shape);
    }

    /**
     * Returns whether it is an adapter's lora_A, from which a training begins; lora_B begins with
     * 0.
     */
    boolean isDown() {
      return name.endsWith(".lora_A.weight");
    }

    int end() {
      return start + count();
    }

    int count() {
      return Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
    }
  }

  private final List<WeightBlock> adapterBlocks;
  private final Optional<WeightBlock> connectorBlock;
  private final List<Place> adapter;
  private final List<Place> connector;

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

  private static List<Place> places(List<WeightBlock> blocks, int from) {
    List<Place> places = new ArrayList<>();
    int start = from;
    for (WeightBlock block : blocks) {
      for (Weight weight : block.weights()) {
        if (weight.read()) {
          Place place = new Place(block.name(weight), weight.shape(), start);
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
  List<Place> adapter() {
    return adapter;
  }

  /** Returns the connector's tensors, in the order of their struct's fields. */
  List<Place> connector() {
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

  /** The parts of a model that a training reaches. */
  record TrainedParts(RowConnector connector, LlamaWeights decoder) {

    /**
     * @throws IllegalArgumentException in one line, if there are no gradients for such parts
     */
    static TrainedParts of(LlavaConfig config) {
      boolean oneSize = config.layout() instanceof SingleView;
      if (oneSize
          && config.connector() instanceof RowConnector rows
          && config.decoder() instanceof LlamaWeights llama) {
        return new TrainedParts(rows, llama);
      }
      throw new IllegalArgumentException(
          "Cannot train a model of the family "
              + config.family().name()
              + ": there are gradients only for a model that sees an image in one view of one"
              + " size, through linear layers, with a decoder like Llama's; use a checkpoint of"
              + " LLaVA-1.5");
    }
  }
}
