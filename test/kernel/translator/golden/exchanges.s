# Exchanges, conditional and with addition.
        xchg    eax, ebx
        lock cmpxchg [ecx], edx
        sete    al
        lock xadd [esi], edi
        ret
# 0x1000: 93 f0 0f b1 11 0f 94 c0 f0 0f c1 3e c3
