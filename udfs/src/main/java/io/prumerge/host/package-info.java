/**
 * What this machine has to give: its GPUs, as their driver's own library describes them, and free
 * memory of its devices. It uses no other package, no libtorch and no CUDA runtime.
 */
package io.prumerge.host;
