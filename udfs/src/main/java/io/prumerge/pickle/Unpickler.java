package io.prumerge.pickle;

import io.prumerge.lang.Text;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A pickle machine for what torch.save writes (protocol 2): an allowed opcode moves or makes plain
 * values, and anything else is refused by its number, unless {@link PlainPickle} allows it. Nothing
 * is looked up, called or imported, and no value is nested by recursion, so time and memory are
 * linear in the pickle's length. Reference: Python 3.11, Lib/pickletools.py; torch 2.7.1,
 * torch/_weights_only_unpickler.py.
 */
class Unpickler {

  private static final int PROTOCOL = 2;
  private static final Object MARK = new Object();
  static final Object NONE = new Object();

  final PickleBytes bytes;
  private final List<Object> stack = new ArrayList<>();
  private final Map<Integer, Object> memo = new HashMap<>();

  Unpickler(byte[] pickle) {
    this.bytes = new PickleBytes(pickle);
  }

  /**
   * Returns the one value of a pickle: a {@link PickleDictionary}, {@link View}, {@link
   * PickleTuple}, ...
   */
  static Object value(byte[] pickle) {
    return new Unpickler(pickle).run();
  }

  final Object run() {
    for (int opcode = bytes.unsignedByte(); opcode != '.'; opcode = bytes.unsignedByte()) {
      step(opcode);
    }
    return pop();
  }

  /** Follows one opcode, whose arguments are next. */
  void step(int opcode) {
    switch (opcode) {
      case 0x80 -> protocol(bytes.unsignedByte());
      case '(' -> push(MARK);
      case 'N' -> push(NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'J' -> push((long) bytes.signedInt());
      case 'K' -> push((long) bytes.unsignedByte());
      case 'M' -> push((long) bytes.unsignedShort());
      case 0x8A -> push(bytes.integer(bytes.unsignedByte()));
      case 'G' -> push(bytes.bigEndianDouble());
      case 'X' -> push(bytes.text(bytes.signedInt()));
      case ')' -> push(new PickleTuple(List.of()));
      case 0x85 -> push(new PickleTuple(popped(1)));
      case 0x86 -> push(new PickleTuple(popped(2)));
      case 0x87 -> push(new PickleTuple(popped(3)));
      case 't' -> push(new PickleTuple(marked()));
      case '}' -> push(new PickleDictionary());
      case 's' -> {
        List<Object> entry = popped(2);
        dictionary().put(entry.get(0), entry.get(1));
      }
      case 'u' -> setItems(marked());
      case 'c' -> push(Global.named(bytes.line(), bytes.line()));
      case 'R' -> reduce();
      case 'Q' -> push(storage(pop()));
      case 'b' -> build();
      case 'q' -> remember(bytes.unsignedByte());
      case 'r' -> remember(bytes.signedInt());
      case 'h' -> push(remembered(bytes.unsignedByte()));
      case 'j' -> push(remembered(bytes.signedInt()));
      default ->
          throw new PickleException(
              Text.format("opcode 0x%02x at byte %d is not allowed", opcode, bytes.position() - 1));
    }
  }

  /** Refuses a protocol that is not read. */
  void protocol(int version) {
    if (version != PROTOCOL) {
      throw new PickleException(
          "it has pickle protocol " + version + "; torch.save's own is " + PROTOCOL);
    }
  }

  final void setItems(List<Object> items) {
    PickleDictionary dictionary = dictionary();
    if (items.size() % 2 != 0) {
      throw new PickleException("a dictionary has a key without a value");
    }
    for (int i = 0; i < items.size(); i += 2) {
      dictionary.put(items.get(i), items.get(i + 1));
    }
  }

  private void reduce() {
    Object arguments = pop();
    Object function = pop();
    if (!(function instanceof Global.Function known) || !(arguments instanceof PickleTuple tuple)) {
      throw new PickleException("it calls something that is no function");
    }
    stack.add(known.result(tuple.items()));
  }

  /** The state of a dictionary is only its modules' versions ({@code _metadata}). */
  private void build() {
    pop();
    dictionary();
  }

  /** Returns the persistent id ('storage', class, key, location, elements). */
  private static TensorStorage storage(Object id) {
    if (id instanceof PickleTuple tuple
        && tuple.items().size() == 5
        && tuple.items().get(0).equals("storage")
        && tuple.items().get(1) instanceof Global.StorageClass kind
        && tuple.items().get(2) instanceof String key
        && tuple.items().get(4) instanceof Long elements
        && elements >= 0) {
      return new TensorStorage(kind.type(), key, elements);
    }
    throw new PickleException("it refers to something that is no storage");
  }

  private PickleDictionary dictionary() {
    if (top() instanceof PickleDictionary dictionary) {
      return dictionary;
    }
    throw new PickleException("it sets entries of something that is no dictionary");
  }

  final void push(Object value) {
    stack.add(value);
  }

  /** Keeps the top value under a number. */
  final void remember(int index) {
    memo.put(index, top());
  }

  /** Returns the number of values that are kept. */
  final int remembered() {
    return memo.size();
  }

  final Object remembered(int index) {
    Object value = memo.get(index);
    if (value == null) {
      throw new PickleException(
          "it refers to value " + Integer.toUnsignedString(index) + ", which it does not have");
    }
    return value;
  }

  final Object top() {
    if (stack.isEmpty() || stack.get(stack.size() - 1) == MARK) {
      throw new PickleException("it takes a value where there is none");
    }
    return stack.get(stack.size() - 1);
  }

  final Object pop() {
    Object value = top();
    stack.remove(stack.size() - 1);
    return value;
  }

  private List<Object> popped(int count) {
    Object[] values = new Object[count];
    for (int i = count - 1; i >= 0; i--) {
      values[i] = pop();
    }
    return List.of(values);
  }

  /** Returns the values above the last mark, which goes too. */
  final List<Object> marked() {
    int mark = stack.lastIndexOf(MARK);
    if (mark < 0) {
      throw new PickleException("it takes values up to a mark where there is none");
    }
    List<Object> above = stack.subList(mark + 1, stack.size());
    List<Object> values = List.copyOf(above);
    stack.subList(mark, stack.size()).clear();
    return values;
  }

  /**
   * The names that a pickle may refer to, and what a call of each gives. They are data for us: no
   * code of that name is looked for.
   */
  private sealed interface Global {

    /** Returns the known name of a module; refused otherwise. */
    static Global named(String module, String name) {
      if (module.equals("collections") && name.equals("OrderedDict")) {
        return Function.ORDERED_DICT;
      }
      if (module.equals("torch._utils") && name.equals("_rebuild_tensor_v2")) {
        return Function.TENSOR;
      }
      if (module.equals("torch._utils") && name.equals("_rebuild_parameter")) {
        return Function.PARAMETER;
      }
      Optional<ElementType> type =
          module.equals("torch") ? ElementType.ofStorage(name) : Optional.empty();
      return type.map(StorageClass::new)
          .orElseThrow(
              () ->
                  new PickleException(
                      "it names '"
                          + module
                          + "."
                          + name
                          + "', which is not allowed; only tensors, parameters and ordered"
                          + " dictionaries are"));
    }

    /**
     * A class of storages.
     *
     * @param type of their elements
     */
    record StorageClass(ElementType type) implements Global {}

    /** A function whose result is known without a call. */
    enum Function implements Global {
      /** An empty dictionary. */
      ORDERED_DICT {
        @Override
        Object result(List<Object> arguments) {
          if (!arguments.isEmpty()) {
            throw new PickleException("an OrderedDict is made of arguments");
          }
          return new PickleDictionary();
        }
      },
      /** A view: storage, offset, shape, strides, requires_grad, hooks. */
      TENSOR {
        @Override
        Object result(List<Object> arguments) {
          if (arguments.size() >= 4
              && arguments.get(0) instanceof TensorStorage storage
              && arguments.get(1) instanceof Long offset) {
            return new View(
                storage, offset, integers(arguments.get(2)), integers(arguments.get(3)));
          }
          throw new PickleException("a tensor is rebuilt from unknown arguments");
        }
      },
      /** The tensor that is a parameter: tensor, requires_grad, hooks. */
      PARAMETER {
        @Override
        Object result(List<Object> arguments) {
          if (!arguments.isEmpty() && arguments.get(0) instanceof View view) {
            return view;
          }
          throw new PickleException("a parameter is rebuilt from something else than a tensor");
        }
      };

      abstract Object result(List<Object> arguments);

      private static List<Long> integers(Object value) {
        if (value instanceof PickleTuple tuple
            && tuple.items().stream().allMatch(Long.class::isInstance)) {
          return tuple.items().stream().map(Long.class::cast).toList();
        }
        throw new PickleException("a tensor's shape or strides are no tuple of integers");
      }
    }
  }

  /** The arguments of a pickle's opcodes, read in order; never more than there is. */
  static final class PickleBytes {

    // Module and class names are short; a line end that is missing is found early.
    private static final int LONGEST_LINE = 1_000;

    private final ByteBuffer bytes;

    PickleBytes(byte[] bytes) {
      this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    int position() {
      return bytes.position();
    }

    int unsignedByte() {
      require(1);
      return bytes.get() & 0xFF;
    }

    int unsignedShort() {
      require(Short.BYTES);
      return bytes.getShort() & 0xFFFF;
    }

    int signedInt() {
      require(Integer.BYTES);
      return bytes.getInt();
    }

    /** Returns a big-endian double, as BINFLOAT has it. */
    double bigEndianDouble() {
      require(Double.BYTES);
      return Double.longBitsToDouble(Long.reverseBytes(bytes.getLong()));
    }

    /** Returns a little-endian integer of a number of bytes in two's complement. */
    long integer(int length) {
      require(length);
      if (length > Long.BYTES) {
        throw new PickleException("an integer of " + length + " bytes is too large");
      }
      byte[] bigEndian = new byte[length + 1];
      for (int i = length; i > 0; i--) {
        bigEndian[i] = bytes.get();
      }
      bigEndian[0] = (byte) (length > 0 && bigEndian[1] < 0 ? -1 : 0);
      return new BigInteger(bigEndian).longValue();
    }

    /** Returns text of a number of bytes in UTF-8. */
    String text(int length) {
      if (length < 0) {
        throw new PickleException("a text of " + Integer.toUnsignedString(length) + " bytes");
      }
      require(length);
      ByteBuffer text = bytes.slice(bytes.position(), length);
      bytes.position(bytes.position() + length);
      return decoded(text);
    }

    /** Returns a name up to a line end. */
    String line() {
      return decoded(lineOfBytes(LONGEST_LINE));
    }

    /** Returns text in Latin-1 up to a line end, at most so many bytes away. */
    String latin1Line(int most) {
      return StandardCharsets.ISO_8859_1.decode(lineOfBytes(most)).toString();
    }

    private ByteBuffer lineOfBytes(int most) {
      int start = bytes.position();
      while (unsignedByte() != '\n') {
        if (bytes.position() - start > most) {
          throw new PickleException("a name of more than " + most + " bytes");
        }
      }
      return bytes.slice(start, bytes.position() - 1 - start);
    }

    private static String decoded(ByteBuffer text) {
      try {
        return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
      } catch (CharacterCodingException e) {
        throw new PickleException("a text that is not UTF-8", e);
      }
    }

    private void require(int length) {
      if (bytes.remaining() < length) {
        throw new PickleException(
            Text.format(
                "it ends at byte %d, where %d more are needed",
                bytes.limit(), length - bytes.remaining()));
      }
    }
  }
}
