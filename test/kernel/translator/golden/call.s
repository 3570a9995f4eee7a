# A direct call keeps the guest's stack as it would be; it comes back to where it should, or the VM has left.
        push    ecx
        call    double
        pop     ecx
        ret
double: add     eax, eax
        ret
# 0x1000: 51 e8 02 00 00 00 59 c3 01 c0 c3
