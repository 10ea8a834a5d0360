/** Controls: tokens chosen without a look at the image, and averages of neighbours. */
package io.prumerge.reduction.control;
