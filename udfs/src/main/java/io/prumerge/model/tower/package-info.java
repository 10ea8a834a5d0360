/** The vision tower over several images, and what methods look at and do in it. */
package io.prumerge.model.tower;
