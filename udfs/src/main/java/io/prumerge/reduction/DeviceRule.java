package io.prumerge.reduction;

import java.util.List;

/**
 * A rule, or the part of it that looks at large evidence, as a function of {@code
 * rules.torchscript}: it takes the tensors of what the cut sees, in that order, then the numbers,
 * and gives a tensor of a few values for each token.
 *
 * @param numbers Integer or Double, as the function's signature asks
 */
public record DeviceRule(String function, List<Number> numbers) {}
