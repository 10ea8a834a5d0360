/** PruMerge and PruMerge+, as their code and as their paper have them. */
package io.prumerge.reduction.prumerge;
