/** Methods that users bring as TorchScript files. */
package io.prumerge.reduction.script;
