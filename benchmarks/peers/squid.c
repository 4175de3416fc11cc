/* One squid axon of Hodgkin & Huxley (1952) by the classical Runge-Kutta method, as one would write it by hand: all rates
   but beta_m from one exponential. Units: ms, mV, uA/cm2. */

#include <math.h>

static inline void slopes(const double *restrict x, double I, double *restrict dx)
{
    double v = x[0], m = x[1], h = x[2], n = x[3];
    double slow = exp(-v / 80), square = slow * slow, middle = square * square, fast = middle * middle;
    double alpha_m = 0.1 * (25 - v) / (12.182493960703473 * fast - 1), beta_m = 4 * exp(-v / 18);
    double alpha_h = 0.07 * middle, beta_h = 1 / (20.085536923187668 * fast + 1);
    double alpha_n = 0.01 * (10 - v) / (2.718281828459045 * fast - 1), beta_n = 0.125 * slow;
    dx[0] = I - 120 * m * m * m * h * (v - 115) - 36 * n * n * n * n * (v + 12) - 0.3 * (v - 10.6);
    dx[1] = alpha_m - (alpha_m + beta_m) * m;
    dx[2] = alpha_h - (alpha_h + beta_h) * h;
    dx[3] = alpha_n - (alpha_n + beta_n) * n;
}

/* v after every step; I is the current of each. trace[0] is the start. */
void runge_kutta(const double *I, double *trace, double step, long steps, const double *rest)
{
    double x[4], y[4], k1[4], k2[4], k3[4], k4[4];
    for (int i = 0; i < 4; i++) x[i] = rest[i];
    trace[0] = x[0];
    for (long s = 0; s < steps; s++) {
        slopes(x, I[s], k1);
        for (int i = 0; i < 4; i++) y[i] = x[i] + 0.5 * step * k1[i];
        slopes(y, I[s], k2);
        for (int i = 0; i < 4; i++) y[i] = x[i] + 0.5 * step * k2[i];
        slopes(y, I[s], k3);
        for (int i = 0; i < 4; i++) y[i] = x[i] + step * k3[i];
        slopes(y, I[s], k4);
        for (int i = 0; i < 4; i++) x[i] += step / 6 * (k1[i] + 2 * (k2[i] + k3[i]) + k4[i]);
        trace[s + 1] = x[0];
    }
}

static inline double gate(double x, double alpha, double beta, double step)
{
    double half = 0.5 * step * (alpha + beta);
    return ((1 - half) * x + step * alpha) / (1 + half);
}

/* The same by Crank-Nicolson, gates at half steps and v at whole ones. */
void crank_nicolson(const double *I, double *trace, double step, long steps, const double *rest)
{
    double v = rest[0], m = rest[1], h = rest[2], n = rest[3];
    trace[0] = v;
    for (long s = 0; s < steps; s++) {
        double ahead = s ? step : 0.5 * step;
        double slow = exp(-v / 80), square = slow * slow, middle = square * square, fast = middle * middle;
        m = gate(m, 0.1 * (25 - v) / (12.182493960703473 * fast - 1), 4 * exp(-v / 18), ahead);
        h = gate(h, 0.07 * middle, 1 / (20.085536923187668 * fast + 1), ahead);
        n = gate(n, 0.01 * (10 - v) / (2.718281828459045 * fast - 1), 0.125 * slow, ahead);
        double g_Na = 120 * m * m * m * h, g_K = 36 * n * n * n * n, half = 0.5 * step * (g_Na + g_K + 0.3);
        v = ((1 - half) * v + step * (I[s] + 115 * g_Na - 12 * g_K + 0.3 * 10.6)) / (1 + half);
        trace[s + 1] = v;
    }
}
