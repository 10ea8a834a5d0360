package io.prumerge.torch;

import ai.djl.Device;
import io.prumerge.architecture.Weight;
import io.prumerge.architecture.WeightBlock;
import io.prumerge.architecture.WeightSlice;
import io.prumerge.checkpoint.LowRankUpdate;
import io.prumerge.checkpoint.StoredWeights;
import io.prumerge.checkpoint.TensorEntry;
import io.prumerge.checkpoint.TensorType;
import io.prumerge.checkpoint.WeightEdit;
import io.prumerge.config.CheckpointException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Brings a checkpoint's tensors onto a device. On the CPU a tensor that is stored in the wanted
 * precision stays a private map of its file: nothing is copied, libtorch owns the mapping and
 * undoes it with the last tensor. Others are converted once.
 */
public final class TensorLoader implements AutoCloseable {

  private static final int UINT8 = 0;
  private static final int ABSENT = -1;

  private final Torch torch;
  private final StoredWeights weights;
  private final String device;
  private final Precision precision;
  private final Map<String, Torch.Value> maps = new HashMap<>();
  private final List<TensorEntry> mapped = new ArrayList<>();
  private final List<Torch.Value> structs = new ArrayList<>();

  public TensorLoader(Torch torch, StoredWeights weights, String device, Precision precision) {
    this.torch = torch;
    this.weights = weights;
    this.device = device;
    this.precision = precision;
  }

  /** Returns the device that the tensors come to. */
  public Device device() {
    return device.equals("cpu")
        ? Device.cpu()
        : Device.gpu(Integer.parseInt(device.substring(device.indexOf(':') + 1)));
  }

  /** Returns a block's struct, which is closed as those of {@link #structs}. */
  public Torch.Value struct(WeightBlock block) {
    return packed(List.of(block), "", places -> places.get(0));
  }

  /**
   * Returns the structs of like blocks as one list value, their tensors loaded in the order of use.
   * The loader closes it unless it was handed over, so that a load that fails half-way leaves
   * nothing.
   *
   * @param blocks of the same struct, at least one
   */
  public Torch.Value structs(List<WeightBlock> blocks) {
    return packed(blocks, "s", places -> places);
  }

  /** Returns a function's result over structs; closed with them. */
  public Torch.Value made(String function, Object... arguments) {
    return keep(torch.call(function, arguments));
  }

  /** Closes a value as the structs are. */
  public Torch.Value keep(Torch.Value value) {
    structs.add(value);
    return value;
  }

  private Torch.Value packed(
      List<WeightBlock> blocks, String plural, Function<List<int[]>, Object> places) {
    // A name twice, a tied head's, is one tensor: where it is converted, a copy would cost much.
    Map<String, Integer> loaded = new HashMap<>();
    List<Torch.Value> tensors = new ArrayList<>();
    List<int[]> at = new ArrayList<>();
    try {
      for (WeightBlock block : blocks) {
        at.add(
            block.weights().stream()
                .mapToInt(weight -> weight.read() ? place(block, weight, loaded, tensors) : ABSENT)
                .toArray());
      }
      try (Torch.Value list = torch.list(tensors)) {
        String pack = "pack" + blocks.get(0).struct() + plural;
        structs.add(torch.call(pack, list, places.apply(at)));
      }
      return structs.get(structs.size() - 1);
    } finally {
      tensors.forEach(Torch.Value::close);
    }
  }

  private int place(
      WeightBlock block, Weight weight, Map<String, Integer> loaded, List<Torch.Value> tensors) {
    int whole = place(block.name(weight), loaded, tensors);
    if (weight.slice().isEmpty()) {
      return whole;
    }
    tensors.add(part(tensors.get(whole), weight.slice().get(), weight.shape().get(0)));
    return tensors.size() - 1;
  }

  private Torch.Value part(Torch.Value whole, WeightSlice slice, long rows) {
    return slice.groups() == 1
        ? torch.call("range_of", whole, slice.first(), slice.first() + rows)
        : torch.call("rows_of_groups", whole, slice.groups(), slice.first(), rows / slice.groups());
  }

  private int place(String name, Map<String, Integer> loaded, List<Torch.Value> tensors) {
    return loaded.computeIfAbsent(
        name,
        key -> {
          TensorEntry entry = weights.tensor(name);
          tensors.add(load(name));
          if (staysMapped(entry, weights.edit(name))) {
            mapped.add(entry);
          }
          return tensors.size() - 1;
        });
  }

  /**
   * Returns one weight by its canonical name, edited and in the wanted precision, for the caller to
   * close.
   */
  public Torch.Value load(String name) {
    TensorEntry entry = weights.tensor(name);
    WeightEdit edit = weights.edit(name);
    if (staysMapped(entry, edit)) {
      return stored(entry);
    }
    Torch.Value placed = edit.update().map(u -> updated(entry, u)).orElseGet(() -> placed(entry));
    if (edit.addedRows() == 0) {
      return placed;
    }
    try (placed) {
      return torch.call("grown", placed, edit.addedRows());
    }
  }

  private Torch.Value placed(TensorEntry entry) {
    try (Torch.Value stored = stored(entry)) {
      return torch.call("place", stored, device, precision.torchCode());
    }
  }

  private Torch.Value updated(TensorEntry entry, LowRankUpdate update) {
    try (Torch.Value stored = stored(entry);
        Torch.Value down = stored(update.down());
        Torch.Value up = stored(update.up())) {
      return torch.call("updated", stored, down, up, update.scale(), device, precision.torchCode());
    }
  }

  private boolean staysMapped(TensorEntry entry, WeightEdit edit) {
    return entry.type() == precision.stored()
        && device.equals("cpu")
        && entry.contiguous()
        && edit.equals(WeightEdit.NONE);
  }

  private Torch.Value stored(TensorEntry entry) {
    if (entry.contiguous()) {
      return elements(entry, entry.elements(), entry.shape());
    }
    long last = 0;
    for (int i = 0; i < entry.shape().size(); i++) {
      last += (entry.shape().get(i) - 1) * entry.strides().get(i);
    }
    try (Torch.Value elements = elements(entry, last + 1, List.of(last + 1))) {
      return torch.call("regular", elements, ints(entry.shape()), ints(entry.strides()));
    }
  }

  /** Returns the first {@code count} elements of a tensor, in the file's order. */
  private Torch.Value elements(TensorEntry entry, long count, List<Long> shape) {
    int size = entry.type().bytes();
    int code = torchCode(entry);
    if (entry.offset() % size != 0) {
      Torch.Value bytes = map(entry.file(), UINT8, 1);
      long end = entry.offset() + count * size;
      return torch.call("reread", bytes, entry.offset(), end, code, ints(shape));
    }
    long first = entry.offset() / size;
    return torch.call("view", map(entry.file(), code, size), first, first + count, ints(shape));
  }

  private static int[] ints(List<Long> values) {
    return values.stream().mapToInt(Math::toIntExact).toArray();
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

  /** Leaves all structs to those who asked for them. */
  public void handOver() {
    structs.clear();
  }

  /** Returns the tensors that no page was read of yet, in the order they were asked for. */
  public List<TensorEntry> mapped() {
    return mapped;
  }

  /** Returns the bytes of these: memory that has to be left to the page cache. */
  public long mappedBytes() {
    return mapped.stream().mapToLong(TensorEntry::bytes).sum();
  }

  @Override
  public void close() {
    maps.values().forEach(Torch.Value::close);
    structs.forEach(Torch.Value::close);
  }
}
