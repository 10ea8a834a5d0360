package io.prumerge.model;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.CheckpointException;
import io.prumerge.checkpoint.TensorEntry;
import io.prumerge.checkpoint.TensorType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings a checkpoint's tensors onto a device. On the CPU a tensor that is stored in the wanted
 * precision stays a private map of its file: nothing is copied, libtorch owns the mapping and
 * undoes it with the last tensor. Others are converted once.
 */
final class TensorLoader implements AutoCloseable {

  private static final int UINT8 = 0;

  private final Torch torch;
  private final Checkpoint checkpoint;
  private final String device;
  private final Precision precision;
  private final Map<String, Torch.Value> maps = new HashMap<>();
  private final List<TensorEntry> mapped = new ArrayList<>();
  private final List<Torch.Value> lists = new ArrayList<>();

  TensorLoader(Torch torch, Checkpoint checkpoint, String device, Precision precision) {
    this.torch = torch;
    this.checkpoint = checkpoint;
    this.device = device;
    this.precision = precision;
  }

  /**
   * The named tensors as one list value, in the given order, which is also that of their use. The
   * loader closes it unless it was handed over, so that a load that fails half-way leaves nothing.
   */
  Torch.Value list(List<String> canonicalNames) {
    // A name twice, a tied head's, is one tensor: where it is converted, a copy would cost much.
    Map<String, Torch.Value> tensors = new HashMap<>();
    try {
      for (String name : canonicalNames) {
        if (!tensors.containsKey(name)) {
          TensorEntry entry = checkpoint.tensor(name);
          tensors.put(name, load(entry));
          if (staysMapped(entry)) {
            mapped.add(entry);
          }
        }
      }
      lists.add(torch.list(canonicalNames.stream().map(tensors::get).toList()));
      return lists.get(lists.size() - 1);
    } finally {
      tensors.values().forEach(Torch.Value::close);
    }
  }

  private Torch.Value load(TensorEntry entry) {
    Torch.Value stored = stored(entry);
    if (staysMapped(entry)) {
      return stored;
    }
    try (stored) {
      return torch.call("place", stored, device, precision.torchCode());
    }
  }

  private boolean staysMapped(TensorEntry entry) {
    return entry.type() == precision.stored() && device.equals("cpu");
  }

  private Torch.Value stored(TensorEntry entry) {
    int size = entry.type().bytes();
    int[] shape = entry.shape().stream().mapToInt(Math::toIntExact).toArray();
    int code = torchCode(entry);
    if (entry.offset() % size != 0) {
      Torch.Value bytes = map(entry.file(), UINT8, 1);
      return torch.call(
          "reread", bytes, entry.offset(), entry.offset() + entry.bytes(), code, shape);
    }
    long first = entry.offset() / size;
    return torch.call(
        "view", map(entry.file(), code, size), first, first + entry.elements(), shape);
  }

  // One map a file and type: from_file's offset is the file's start, counted in elements.
  private Torch.Value map(Path file, int code, int size) {
    return maps.computeIfAbsent(
        code + ":" + file,
        key -> torch.call("map_file", file.toString(), file.toFile().length() / size, code));
  }

  private static int torchCode(TensorEntry entry) {
    if (entry.type() == TensorType.F64) {
      return 7;
    }
    for (Precision precision : Precision.values()) {
      if (precision.stored() == entry.type()) {
        return precision.torchCode();
      }
    }
    throw new CheckpointException(
        "Cannot compute with tensor "
            + entry.name()
            + " of type "
            + entry.type()
            + "; known: F32, F16, BF16, F64");
  }

  /** Leaves all lists to those who asked for them. */
  void handOver() {
    lists.clear();
  }

  /** Tensors that no page was read of yet, in the order they were asked for. */
  List<TensorEntry> mapped() {
    return mapped;
  }

  /** Bytes of these: memory that has to be left to the page cache. */
  long mappedBytes() {
    return mapped.stream().mapToLong(TensorEntry::bytes).sum();
  }

  @Override
  public void close() {
    maps.values().forEach(Torch.Value::close);
    lists.forEach(Torch.Value::close);
  }
}
