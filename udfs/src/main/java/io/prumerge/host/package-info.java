/**
 * Describes this machine: its GPUs, as their driver's own library describes them, and the free
 * memory of its devices; and makes threads. It uses no other package, no libtorch and no CUDA
 * runtime.
 */
package io.prumerge.host;
