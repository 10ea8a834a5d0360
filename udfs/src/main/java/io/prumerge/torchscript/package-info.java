/**
 * The forward pass in Python that TorchScript compiles: one file per part, and the archive that
 * they are composed into.
 */
package io.prumerge.torchscript;
