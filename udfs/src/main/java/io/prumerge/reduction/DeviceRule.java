package io.prumerge.reduction;

import java.util.List;

/**
 * A rule, or the part of it that looks at large evidence, as a function of {@code
 * rules.torchscript}: it takes the tensors of what the cut sees, in that order, then the numbers,
 * and gives a tensor of a few values for each token.
 *
 * <p>Methods before the decoder that choose by cosines of all pairs of patches are no such rules:
 * in Java a queue computes few gains again, on the device each pick would look at all pairs. A
 * prototype of {@code scope} in tensors (torch 2.7.1, one thread of an EPYC) took 8.3 ms for 64 of
 * 576 patches instead of 1.4, and 2,500 instead of 22 for 460 of 2,304.
 *
 * @param numbers Integer or Double, as the function's signature asks
 */
public record DeviceRule(String function, List<Number> numbers) {}
