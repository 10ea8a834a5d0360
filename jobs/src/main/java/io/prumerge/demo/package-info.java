/** The paper's comparison in miniature, with the data and models of this repository. */
package io.prumerge.demo;
