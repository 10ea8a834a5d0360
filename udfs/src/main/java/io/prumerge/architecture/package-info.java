/**
 * Parts of the model: which weights each part has, with their names and shapes. The checkpoint
 * reader, the TorchScript and the cost model take them from here.
 */
package io.prumerge.architecture;
