/** libtorch by DJL: values with an owner, calls, errors, precisions, weights as tensors. */
package io.prumerge.torch;
