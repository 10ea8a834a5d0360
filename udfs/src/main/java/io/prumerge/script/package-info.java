/** Users' TorchScript files: read once, named by their hash, known to the whole process. */
package io.prumerge.script;
