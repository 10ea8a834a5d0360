/**
 * Model folders of any layout: which files hold which tensors, under which names, with which LoRA
 * updates; and the hash of all of them.
 */
package io.prumerge.checkpoint;
