/**
 * Files of {@code torch.save}: pickles read as data. Where each tensor's elements lie in the file
 * is found out; nothing that a file names is ever run.
 */
package io.prumerge.pickle;
