/**
 * Files of {@code torch.save}: pickles read as data. Where each tensor's elements lie in the file
 * is found out; nothing that a file names is ever run.
 *
 * <p>The library {@code net.razorvine.pickle} is not used: Spark fills its registry of
 * constructors, which is one for the whole JVM.
 */
package io.prumerge.pickle;
