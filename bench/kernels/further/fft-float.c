/* fft-float: a fast Fourier transform of 1024 complex numbers, in float. */
typedef float real;
#include "fft.h"
