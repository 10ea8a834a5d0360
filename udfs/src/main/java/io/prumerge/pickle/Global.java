package io.prumerge.pickle;

import java.util.List;
import java.util.Optional;

/**
 * The names that a pickle may refer to, and what a call of each gives. They are data for us: no
 * code of that name is looked for.
 */
sealed interface Global {

  /** The known name of a module; refused otherwise. */
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
        return new Dictionary();
      }
    },
    /** A view: storage, offset, shape, strides, requires_grad, hooks. */
    TENSOR {
      @Override
      Object result(List<Object> arguments) {
        if (arguments.size() >= 4
            && arguments.get(0) instanceof Storage storage
            && arguments.get(1) instanceof Long offset) {
          return new View(storage, offset, integers(arguments.get(2)), integers(arguments.get(3)));
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
      if (value instanceof Tuple tuple && tuple.items().stream().allMatch(Long.class::isInstance)) {
        return tuple.items().stream().map(Long.class::cast).toList();
      }
      throw new PickleException("a tensor's shape or strides are no tuple of integers");
    }
  }
}
