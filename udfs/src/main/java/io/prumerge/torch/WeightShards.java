package io.prumerge.torch;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.SafetensorsStart;
import io.prumerge.lang.Text;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * A checkpoint's weights as safetensors files under the names that transformers 4 writes, edited
 * and in one precision. They are computed tensor by tensor as for a run on the CPU, so memory does
 * not grow with the model.
 */
public final class WeightShards {

  /** transformers' own limit of a shard. */
  public static final long SHARD_BYTES = 5_000_000_000L;

  private static final int PIECE_ELEMENTS = 16 << 20;

  /** Makes the files. */
  @FunctionalInterface
  public interface Target {
    OutputStream create(String name) throws IOException;
  }

  private final Checkpoint checkpoint;
  private final Precision precision;
  private final Map<String, String> canonical = new TreeMap<>(); // by the name in the file
  private final List<SortedMap<String, List<Long>>> shards = new ArrayList<>();

  /**
   * @param shardBytes most bytes of a file's tensors; a larger tensor has a file of its own
   */
  public WeightShards(Checkpoint checkpoint, Precision precision, long shardBytes) {
    this.checkpoint = checkpoint;
    this.precision = precision;
    long filled = 0;
    for (String name : checkpoint.tensors().keySet()) {
      long bytes = bytes(name);
      if (shards.isEmpty() || filled + bytes > shardBytes) {
        shards.add(new TreeMap<>());
        filled = 0;
      }
      String written = checkpoint.published(name);
      canonical.put(written, name);
      shards.get(shards.size() - 1).put(written, checkpoint.shape(name));
      filled += bytes;
    }
  }

  private long bytes(String name) {
    return Math.multiplyExact(checkpoint.elements(name), (long) precision.bytes());
  }

  /** Returns the bytes of all tensors in this precision. */
  public long bytes() {
    return checkpoint.tensors().keySet().stream().mapToLong(this::bytes).sum();
  }

  /**
   * Writes one file after the other, and their index if they are several.
   *
   * @param progress told the number of bytes written so far, several times a tensor
   */
  public void write(Target target, LongConsumer progress) throws IOException {
    try (Torch torch = TorchRuntime.open();
        TensorLoader loader = new TensorLoader(torch, checkpoint, "cpu", precision)) {
      long[] done = {0};
      for (int shard = 0; shard < shards.size(); shard++) {
        try (OutputStream out = target.create(name(shard))) {
          out.write(SafetensorsStart.of(shards.get(shard), precision.stored()));
          for (String written : shards.get(shard).keySet()) {
            String name = canonical.get(written);
            try (Torch.Value tensor = loader.load(name)) {
              write(torch, tensor, bytes(name) / precision.bytes(), out, done, progress);
            }
          }
        }
      }
    }
    if (shards.size() > 1) {
      try (OutputStream out = target.create("model.safetensors.index.json")) {
        out.write(index().getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private void write(
      Torch torch,
      Torch.Value tensor,
      long elements,
      OutputStream out,
      long[] written,
      LongConsumer progress)
      throws IOException {
    for (long done = 0; done < elements; done += PIECE_ELEMENTS) {
      long end = Math.min(done + PIECE_ELEMENTS, elements);
      try (Torch.Value piece = torch.call("raw", tensor, done, end)) {
        byte[] bytes = piece.toBytes(torch);
        out.write(bytes);
        written[0] += bytes.length;
        progress.accept(written[0]);
      }
    }
  }

  private String name(int shard) {
    return shards.size() == 1
        ? "model.safetensors"
        : Text.format("model-%05d-of-%05d.safetensors", shard + 1, shards.size());
  }

  private String index() {
    ObjectNode index = new ObjectMapper().createObjectNode();
    index.putObject("metadata").put("total_size", bytes());
    Map<String, String> files = new TreeMap<>();
    for (int shard = 0; shard < shards.size(); shard++) {
      String file = name(shard);
      shards.get(shard).keySet().forEach(name -> files.put(name, file));
    }
    ObjectNode map = index.putObject("weight_map");
    files.forEach(map::put);
    return index.toPrettyString() + "\n";
  }
}
