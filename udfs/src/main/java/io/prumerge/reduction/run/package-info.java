/**
 * What runs methods and no author of one uses: patches that are counted or forwarded, a cut's rule
 * with its failures caught, the path through the tower, and the patches that a token is made of.
 */
package io.prumerge.reduction.run;
