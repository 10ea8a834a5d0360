package io.prumerge.architecture;

/**
 * A field of a {@link WeightStruct}.
 *
 * @param name in the struct
 * @param optional whether it may be empty: {@code Optional[Tensor]} instead of {@code Tensor}
 */
public record WeightField(String name, boolean optional) {}
