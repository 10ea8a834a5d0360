/** Visual tokens of a picture by the published rules of models that only servers run. */
package io.prumerge.image.rule;
