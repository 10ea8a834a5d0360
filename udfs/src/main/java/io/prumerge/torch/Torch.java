package io.prumerge.torch;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.prumerge.annotation.VisibleForTesting;
import io.prumerge.host.Processor;
import io.prumerge.script.ScriptFile;
import io.prumerge.torchscript.LlavaScript;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * The TorchScript module of {@link LlavaScript} on one device, and the values it takes and gives.
 * The only class that touches DJL's {@code jni} package, which is public but not stable.
 *
 * <p>Stateless and thread-safe: caches and weights are arguments. Eager {@code NDArray} arithmetic
 * is never used on values, because DJL aborts the JVM on bf16.
 */
public class Torch implements AutoCloseable {

  private static final AtomicLong OPEN_VALUES = new AtomicLong();
  private static final AtomicLong COPIES = new AtomicLong();
  private static final AtomicLong READS = new AtomicLong();
  private static final AtomicLong RELEASES = new AtomicLong();

  private static PtSymbolBlock models;

  private final PtNDManager manager;
  private final PtSymbolBlock module;

  private Torch(PtNDManager manager, PtSymbolBlock module) {
    this.manager = manager;
    this.module = module;
  }

  /** The same module, for a double of a device that only queues what it is asked. */
  Torch(Torch other) {
    this(other.manager, other.module);
  }

  /**
   * Opens the module. Its results live on the device of the weights that it is given. Arrays of
   * Java become tensors on the processor, whatever device DJL prefers: the script takes them from
   * there.
   */
  public static Torch load() {
    return new Torch(base(Device.cpu()), models());
  }

  // The module has no state and is the same for all models, and its text takes 0.14 s to compile:
  // the first model of a process loads it for all.
  private static synchronized PtSymbolBlock models() {
    if (models == null) {
      InputStream archive =
          LlavaScript.archive(PackedWeights.known(), Processor.ofHost().amx() /* pieces */);
      models = load(archive, Device.cpu(), false).module;
    }
    return models;
  }

  private static PtNDManager base(Device device) {
    return (PtNDManager) NDManager.newBaseManager(device, "PyTorch");
  }

  /**
   * Loads a user's module, its weights on the device. libtorch's loader reads the archive, and then
   * the module's code runs as this process may.
   *
   * @throws TorchException if it is no TorchScript archive
   */
  public static Torch load(ScriptFile file, Device device) {
    try {
      return load(file.open(), device, true);
    } catch (EngineException e) {
      throw new TorchException("load", e);
    }
  }

  private static Torch load(InputStream archive, Device device, boolean mapLocation) {
    PtNDManager manager = base(device);
    try {
      return new Torch(
          manager,
          JniUtils.loadModule(manager, archive, mapLocation, false /* train parameters */));
    } catch (IOException e) {
      manager.close();
      throw new UncheckedIOException("Cannot load the TorchScript", e);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** Returns the names of the module's methods. */
  public Set<String> methods() {
    return Set.of(JniUtils.getMethodNames(module));
  }

  /** Sets the number of threads for later calls of the calling thread. */
  static void threads(int count) {
    // A thread's first operator, or its first question for the number, sets what any thread set
    // last (ATen's lazy_init_num_threads): that is to happen before.
    JniUtils.getNumThreads();
    JniUtils.setNumThreads(count);
  }

  /**
   * Calls a method of the module.
   *
   * @param arguments Integer, Long, Double, Boolean, String, {@code int[]} (a list of ints), {@code
   *     double[]}, {@link Value}, or a List of Values or of {@code int[]}, as the method's
   *     signature asks
   */
  public Value call(String method, Object... arguments) {
    List<IValue> temporaries = new ArrayList<>();
    try {
      IValue[] values = new IValue[arguments.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = marshal(arguments[i], temporaries);
      }
      // Holds for the calling thread. The optimiser would compile kernels on a GPU while it works,
      // and change the rounding from one run of a shape to the next.
      JniUtils.setGraphExecutorOptimize(false);
      return new Value(IValueUtils.runMethod(module, method, values));
    } catch (EngineException e) {
      throw new TorchException(method, e);
    } finally {
      temporaries.forEach(IValue::close);
    }
  }

  /**
   * Waits until a GPU has run everything that was called before: a call only queues its kernels. A
   * clock that is read next has their time too. A processor has run them already.
   *
   * @param like tensors on that device
   */
  public final void await(Value like) {
    if (queues(like)) {
      try (Value one = tensor(new float[1], like, 1)) {
        one.toFloats(this);
      }
    }
  }

  /** Returns whether the device of some tensors only queues what it is asked. */
  boolean queues(Value like) {
    boolean gpu = false;
    for (PtNDArray array : like.handle.toTensorArray(manager)) {
      try (array) {
        gpu |= array.getDevice().isGpu();
      }
    }
    return gpu;
  }

  /** Notes that the host reads a value, for which a GPU's host waits. */
  void reads(Value value) {
    READS.incrementAndGet();
  }

  /**
   * Gives memory that libtorch's allocator keeps for later tensors back to the GPU's driver;
   * nothing on a processor.
   */
  public static void releaseCache() {
    RELEASES.incrementAndGet();
    JniUtils.emptyCudaCache();
  }

  /** Returns the device on which arrays of Java become tensors. */
  Device arrays() {
    return manager.getDevice();
  }

  /** Returns a tensor with a copy of the data, on the device of the tensors {@code like}. */
  public Value tensor(float[] data, Value like, long... shape) {
    // The native tensor only borrows the array's buffer, so it is cloned while that is alive.
    try (NDArray array = manager.create(data, new Shape(shape));
        IValue borrowed = IValue.from((PtNDArray) array);
        Value value = new Value(borrowed)) {
      COPIES.incrementAndGet();
      return call("own", value, like);
    }
  }

  /**
   * Returns the values of bytes, 3 x height x width of each image.
   *
   * @param bytes direct, from position 0 on: [images, height, width, 3]; free again when this
   *     returns
   * @param table fp32 [768] on the device: the values of the first channel's 256 bytes, then the
   *     others'
   */
  public Value pixels(ByteBuffer bytes, Value table, long... shape) {
    try (NDArray array = manager.create(bytes, new Shape(shape), DataType.UINT8);
        IValue borrowed = IValue.from((PtNDArray) array);
        Value value = new Value(borrowed)) {
      COPIES.incrementAndGet();
      return call("pixel_values", value, table);
    }
  }

  /** Returns a tensor with a copy of the data, on the host. */
  public Value tensor(float[] data, long... shape) {
    try (NDArray array = manager.create(data, new Shape(shape));
        IValue borrowed = IValue.from((PtNDArray) array);
        Value value = new Value(borrowed)) {
      return call("copied", value);
    }
  }

  /**
   * Lists of whole numbers, on the device of the tensors {@code like}: a list of int64 tensors that
   * went there in one copy.
   */
  public Value indices(List<int[]> lists, Value like) {
    COPIES.incrementAndGet();
    int[] numbers = lists.stream().flatMapToInt(IntStream::of).toArray();
    int[] lengths = lists.stream().mapToInt(list -> list.length).toArray();
    return call("indices", numbers, lengths, like);
  }

  /**
   * Returns the elements of several tensors, fp32 and row-major; the host waits once for all of
   * them.
   */
  public List<float[]> floats(List<Value> tensors) {
    try (Value host = call("joined", tensors)) {
      float[] all = host.toFloats(this);
      List<float[]> each = new ArrayList<>();
      int from = 0;
      for (Value tensor : tensors) {
        int end = from + tensor.size(this);
        each.add(Arrays.copyOfRange(all, from, end));
        from = end;
      }
      return each;
    }
  }

  /** Returns a list of tensors as one value, so that a call need not build it again. */
  public Value list(List<Value> tensors) {
    List<IValue> temporaries = new ArrayList<>();
    return new Value(marshalList(tensors, temporaries));
  }

  private static IValue marshal(Object argument, List<IValue> temporaries) {
    if (argument instanceof Value value) {
      return value.handle;
    }
    IValue made;
    if (argument instanceof Integer || argument instanceof Long) {
      made = IValue.from(((Number) argument).longValue());
    } else if (argument instanceof Double number) {
      made = IValue.from(number.doubleValue());
    } else if (argument instanceof Boolean flag) {
      made = IValue.from(flag.booleanValue());
    } else if (argument instanceof String text) {
      made = IValue.from(text);
    } else if (argument instanceof int[] ints) {
      made = IValue.listFrom(Arrays.stream(ints).asLongStream().toArray());
    } else if (argument instanceof double[] doubles) {
      made = IValue.listFrom(doubles);
    } else if (argument instanceof List<?> list) {
      made = marshalList(list, temporaries);
    } else {
      throw new IllegalArgumentException("Cannot pass " + argument.getClass() + " to TorchScript");
    }
    temporaries.add(made);
    return made;
  }

  private static IValue marshalList(List<?> list, List<IValue> temporaries) {
    if (list.isEmpty()) {
      return IValue.listFrom(new PtNDArray[0]); // the native side reads a first element otherwise
    }
    IValue[] elements = new IValue[list.size()];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = marshal(list.get(i), temporaries);
    }
    return IValue.listFrom(elements);
  }

  /** Returns the number of values made and not yet closed in this JVM. */
  @VisibleForTesting
  public static long openValues() {
    return OPEN_VALUES.get();
  }

  /** Returns the number of copies to devices so far in this JVM: arrays and lists of numbers. */
  @VisibleForTesting
  public static long copies() {
    return COPIES.get();
  }

  /** Returns how often memory was given back so far in this JVM. */
  public static long releases() {
    return RELEASES.get();
  }

  /** Results read back so far in this JVM, for each of which a GPU's host waits. */
  public static long reads() {
    return READS.get();
  }

  @Override
  public void close() {
    manager.close(); // and a user's module with it
    releaseCache(); // so that the next model finds the memory free
  }

  /** A value held by libtorch. It has no finalizer: its receiver closes it. */
  public static final class Value implements AutoCloseable {
    private final IValue handle;
    private boolean closed;

    private Value(IValue handle) {
      this.handle = handle;
      OPEN_VALUES.incrementAndGet();
    }

    /** Returns whether it is a tensor. */
    public boolean isTensor() {
      return handle.isTensor();
    }

    /** Returns whether it is a tuple. */
    public boolean isTuple() {
      return handle.isTuple();
    }

    /** Returns the number of a tensor's elements. */
    int size(Torch torch) {
      try (PtNDArray array = handle.toTensor(torch.manager)) {
        return Math.toIntExact(array.size());
      }
    }

    /** Returns the name of its type in TorchScript. */
    public String type() {
      return handle.getType();
    }

    /** Returns a copy of a list of ints. */
    public long[] ints() {
      return handle.toLongArray();
    }

    /**
     * Returns a copy of a dictionary of texts.
     *
     * @throws TorchException if it is something else
     */
    public Map<String, String> texts() {
      try {
        Map<String, IValue> values = handle.toIValueMap();
        try {
          Map<String, String> texts = new TreeMap<>();
          values.forEach((key, value) -> texts.put(key, value.toStringValue()));
          return texts;
        } finally {
          values.values().forEach(IValue::close);
        }
      } catch (EngineException e) {
        throw new TorchException("describe", e);
      }
    }

    /** Returns the elements of a tuple; this value may be closed before them. */
    public Value[] elements() {
      return Arrays.stream(handle.toIValueTuple()).map(Value::new).toArray(Value[]::new);
    }

    /**
     * Returns a copy of an fp32 tensor's elements, row-major; of one on the host, as {@code floats}
     * has it.
     */
    public float[] toFloats(Torch torch) {
      torch.reads(this);
      try (PtNDArray array = handle.toTensor(torch.manager)) {
        return array.toFloatArray();
      }
    }

    /** Returns a copy of a uint8 tensor's elements; of one on the host, as {@code raw} has it. */
    public byte[] toBytes(Torch torch) {
      torch.reads(this);
      try (PtNDArray array = handle.toTensor(torch.manager)) {
        ByteBuffer bytes = array.toByteBuffer(false);
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
      }
    }

    /**
     * Returns a copy of an int64 tensor's elements; of one on the host, as {@code longs} has it.
     */
    public long[] toLongs(Torch torch) {
      torch.reads(this);
      try (PtNDArray array = handle.toTensor(torch.manager)) {
        return array.toLongArray();
      }
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        OPEN_VALUES.decrementAndGet();
        handle.close();
      }
    }
  }
}
