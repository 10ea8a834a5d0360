package io.prumerge.training;

import io.prumerge.architecture.Weight;
import io.prumerge.architecture.WeightBlock;
import io.prumerge.torch.Precision;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A number for each trained value, such as the value itself or its gradient: one fp32 vector on the
 * device, and the structs of the forward pass as views of it.
 */
final class TrainedVector implements AutoCloseable {

  private static final int PIECE = 1 << 22; // elements that go between device and host at once

  private final Torch torch;
  private final int count;
  private final Torch.Value flat;
  private final List<Torch.Value> structs = new ArrayList<>();

  /** Zeros. */
  TrainedVector(Torch torch, Torch.Value like, TrainedLayout layout) {
    this.torch = torch;
    this.count = layout.count();
    this.flat = torch.call("zeros", count, like);
    try {
      structs.add(packed(layout.adapterBlocks(), layout.adapter(), "s"));
      layout
          .connectorBlock()
          .ifPresent(block -> structs.add(packed(List.of(block), layout.connector(), "")));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Returns {@code number} vectors, or closes all if one cannot be allocated. */
  static List<TrainedVector> several(
      int number, Torch torch, Torch.Value like, TrainedLayout layout) {
    List<TrainedVector> vectors = new ArrayList<>();
    try {
      for (int i = 0; i < number; i++) {
        vectors.add(new TrainedVector(torch, like, layout));
      }
      return vectors;
    } catch (RuntimeException e) {
      vectors.forEach(TrainedVector::close);
      throw e;
    }
  }

  private Torch.Value packed(List<WeightBlock> blocks, List<TrainedTensor> places, String plural) {
    List<int[]> shapes =
        places.stream()
            .map(place -> place.shape().stream().mapToInt(Math::toIntExact).toArray())
            .toList();
    List<int[]> at = new ArrayList<>();
    int next = 0;
    for (WeightBlock block : blocks) {
      int[] fields = new int[block.weights().size()];
      for (int field = 0; field < fields.length; field++) {
        Weight weight = block.weights().get(field);
        fields[field] = weight.read() ? next++ : -1;
      }
      at.add(fields);
    }
    try (Torch.Value views = torch.call("views", flat, places.get(0).start(), shapes)) {
      String pack = "pack" + blocks.get(0).struct() + plural;
      return torch.call(pack, views, plural.isEmpty() ? at.get(0) : at);
    }
  }

  /** Returns the vector [count]. */
  Torch.Value flat() {
    return flat;
  }

  /** Returns the list of {@code LlamaLora}, one for each layer. */
  Torch.Value loras() {
    return structs.get(0);
  }

  /** Returns the connector's struct, where it is trained. */
  Optional<Torch.Value> connector() {
    return structs.stream().skip(1).findFirst();
  }

  /** Makes all numbers 0. */
  void clear() {
    torch.call("clear", flat).close();
  }

  /** Writes numbers over those from {@code start} on. */
  void put(int start, float[] numbers) {
    try (Torch.Value given = torch.tensor(numbers, numbers.length)) {
      torch.call("put", flat, start, given).close();
    }
  }

  /** Returns a copy of the numbers from {@code start} to before {@code end}. */
  float[] get(int start, int end) {
    try (Torch.Value part = torch.call("elements", flat, start, end)) {
      return part.toFloats(torch);
    }
  }

  /**
   * Returns the numbers from {@code start} to before {@code end} as little-endian bytes of a type.
   */
  byte[] stored(int start, int end, Precision type) {
    try (Torch.Value part = torch.call("stored", flat, start, end, type.torchCode())) {
      return part.toBytes(torch);
    }
  }

  /** Returns a copy of all numbers. */
  float[] get() {
    return get(0, count);
  }

  /** Returns the pieces in which all numbers are best read or written: begin and end of each. */
  List<int[]> pieces() {
    List<int[]> pieces = new ArrayList<>();
    for (int start = 0; start < count; start += Math.min(PIECE, count - start)) {
      pieces.add(new int[] {start, start + Math.min(PIECE, count - start)});
    }
    return pieces;
  }

  @Override
  public void close() {
    structs.forEach(Torch.Value::close);
    flat.close();
  }
}
