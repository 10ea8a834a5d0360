package io.prumerge.architecture;

import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The TorchScript struct of the tensors that a function of the forward pass takes together. Its
 * fields are the same for models of all dimensions, and of all checkpoints' names.
 *
 * @param name of its class
 * @param fields in the order of its constructor's arguments
 */
public record WeightStruct(String name, List<WeightField> fields) {

  private static final String OPTIONAL = "?";

  public WeightStruct {
    fields = List.copyOf(fields);
  }

  /**
   * Returns a struct.
   *
   * @param name of its class
   * @param fields their names, in order; one that may be empty ends with a question mark
   */
  public static WeightStruct of(String name, String... fields) {
    return new WeightStruct(name, Stream.of(fields).map(WeightStruct::field).toList());
  }

  private static WeightField field(String text) {
    boolean optional = text.endsWith(OPTIONAL);
    int end = text.length() - (optional ? OPTIONAL.length() : 0);
    return new WeightField(text.substring(0, end), optional);
  }

  /**
   * Returns a model's tensors as the fields of this struct, in its order. The weight of an optional
   * field is one that not every checkpoint has.
   *
   * @param prefix what the tensors' names in the checkpoint begin with
   * @param weights one for each field, in any order; those of optional fields may be left out
   * @throws IllegalArgumentException if a weight is of no field, a field has two weights, or one
   *     that is not optional has none, or one that the checkpoint may lack
   */
  public WeightBlock block(String prefix, List<Weight> weights) {
    Map<String, Weight> given = new LinkedHashMap<>();
    for (Weight weight : weights) {
      if (given.put(weight.field(), weight) != null) {
        throw wrong(weight.field(), "has two weights");
      }
    }
    List<Weight> ordered = new ArrayList<>();
    for (WeightField field : fields) {
      Weight weight = given.remove(field.name());
      if (weight == null && !field.optional()) {
        throw wrong(field.name(), "has no weight");
      }
      ordered.add(weight == null ? Weight.absent(field.name()) : weightOf(field, weight));
    }
    if (!given.isEmpty()) {
      throw wrong(given.keySet().iterator().next(), "is none of its fields");
    }
    return new WeightBlock(name, prefix, ordered);
  }

  private Weight weightOf(WeightField field, Weight weight) {
    if (weight.optional() == field.optional()) {
      return weight;
    }
    if (weight.optional()) {
      throw wrong(field.name(), "has a weight that a checkpoint may lack");
    }
    return weight.only(true);
  }

  private IllegalArgumentException wrong(String field, String what) {
    return new IllegalArgumentException(
        Text.format("Cannot fill the struct %s: %s %s", name, field, what));
  }
}
