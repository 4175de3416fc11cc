/* The squid axon of Hodgkin & Huxley (1952) over many currents, as one would write it by hand: gates at half steps and
   v at whole ones, both by Crank-Nicolson, several axons to a vector. A rate that is a quotient p/q is not divided out:
   numerator and denominator of the gate's step are both multiplied by q, one division a gate. Units: ms, mV, uA/cm2. */

#include <math.h>

#define LANES 16
#define LEVEL 50.0

/* x' = (p/q)(1 - x) - beta x over one step, by Crank-Nicolson with the rates of its middle. */
static inline double gate(double x, double p, double q, double beta, double step)
{
    double sum = 0.5 * step * (p + beta * q);
    return ((q - sum) * x + step * p) / (q + sum);
}

static inline void block(const double *restrict I, int *restrict count, double step, long steps,
                         const double *restrict rest, double *restrict trace)
{
    double v[LANES], m[LANES], h[LANES], n[LANES];
    int spikes[LANES];
    for (int i = 0; i < LANES; i++) {
        v[i] = rest[0], m[i] = rest[1], h[i] = rest[2], n[i] = rest[3], spikes[i] = 0;
    }
    for (long s = 0; s < steps; s++) {
        double ahead = s ? step : 0.5 * step;
#pragma omp simd
        for (int i = 0; i < LANES; i++) {
            double slow = exp(-v[i] / 80), square = slow * slow, middle = square * square, fast = middle * middle;
            m[i] = gate(m[i], 0.1 * (25 - v[i]), 12.182493960703473 * fast - 1, 4 * exp(-v[i] / 18), ahead);
            double q = 20.085536923187668 * fast + 1;
            double rise = 0.5 * ahead * (0.07 * middle * q + 1);
            h[i] = ((q - rise) * h[i] + ahead * 0.07 * middle * q) / (q + rise);
            n[i] = gate(n[i], 0.01 * (10 - v[i]), 2.718281828459045 * fast - 1, 0.125 * slow, ahead);
            double g_Na = 120 * m[i] * m[i] * m[i] * h[i], g_K = 36 * n[i] * n[i] * n[i] * n[i];
            double half = 0.5 * step * (g_Na + g_K + 0.3);
            double later = ((1 - half) * v[i] + step * (I[i] + 115 * g_Na - 12 * g_K + 0.3 * 10.6)) / (1 + half);
            spikes[i] += v[i] < LEVEL && later >= LEVEL;
            v[i] = later;
        }
        if (trace) trace[s + 1] = v[0];
    }
    for (int i = 0; i < LANES; i++) count[i] = spikes[i];
}

/* Spikes of each axon; members must be a multiple of LANES. */
void spike_counts(const double *I, int *count, long members, double step, long steps, const double *rest)
{
#pragma omp parallel for schedule(static)
    for (long first = 0; first < members; first += LANES) block(I + first, count + first, step, steps, rest, 0);
}

/* v of the first of LANES axons after every step; trace[0] is its start. */
void first_trace(const double *I, double *trace, double step, long steps, const double *rest)
{
    int count[LANES];
    trace[0] = rest[0];
    block(I, count, step, steps, rest, trace);
}
