/** Shows the questions and answers of finished runs in a browser on this machine. */
package io.prumerge.view;
