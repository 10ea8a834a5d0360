/** Users' TorchScript methods, loaded and called. */
package io.prumerge.model.script;
