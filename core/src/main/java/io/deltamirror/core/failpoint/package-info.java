/** Named steps at which tests disturb the program; nothing of it acts in production. */
package io.deltamirror.core.failpoint;
