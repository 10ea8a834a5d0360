/**
 * The forward pass as TorchScript text: one file per part, and the archive that they are composed
 * into.
 */
package io.prumerge.torchscript;
